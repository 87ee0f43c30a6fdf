package dev.oneport.transport.web;

import dev.oneport.transport.grpc.CallFailure;
import dev.oneport.transport.grpc.GrpcFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A body that is one message. */
final class ConnectMessages implements Messages {
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
    // One more than allowed is read to know that there is more.
    var bytes = body.readNBytes(max == Integer.MAX_VALUE ? max : max + 1);
    if (bytes.length > max) {
      throw new CallFailure(GrpcFailure.MESSAGE_TOO_LARGE, "message");
    }
    return Optional.of(new ByteArrayInputStream(bytes));
  }
}
