package dev.oneport.transport.web;

import dev.oneport.transport.grpc.CallFailure;
import dev.oneport.transport.grpc.GrpcFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** A body that is one message. */
final class ConnectMessages implements Messages {
  private static final int SMALL = 1024;

  private final InputStream body;
  private final int max;
  private boolean read;

  /**
   * Reads from a body.
   *
   * @param max how large the message may be, in bytes
   */
  ConnectMessages(InputStream body, int max) {
    this.body = body;
    this.max = max;
  }

  @Override
  public boolean atEnd() {
    return read;
  }

  @Override
  public Optional<InputStream> next() throws IOException {
    if (read) {
      return Optional.empty();
    }
    read = true;
    return Optional.of(new ByteArrayInputStream(all()));
  }

  private byte[] all() throws IOException {
    // Most messages are small, and a read that may be long begins with 16 KiB whatever comes.
    var begin = body.readNBytes(Math.min(SMALL, max));
    if (begin.length < SMALL && begin.length < max) {
      return begin;
    }
    // One more than allowed is read to know that there is more.
    var rest = body.readNBytes(max - begin.length + 1);
    if (rest.length > max - begin.length) {
      throw new CallFailure(GrpcFailure.MESSAGE_TOO_LARGE, "message");
    }
    var all = Arrays.copyOf(begin, begin.length + rest.length);
    System.arraycopy(rest, 0, all, begin.length, rest.length);
    return all;
  }
}
