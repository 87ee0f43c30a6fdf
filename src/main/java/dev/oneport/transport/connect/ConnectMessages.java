package dev.oneport.transport.connect;

import dev.oneport.transport.calls.Encodings;
import dev.oneport.transport.calls.MessageMemory;
import io.grpc.Decompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A body that is one message. */
final class ConnectMessages implements WebMessages {
  private final InputStream body;
  private final int max;
  private final MessageMemory memory;
  private final Optional<Decompressor> decompressor;
  private boolean read;

  /**
   * Reads from a body.
   *
   * @param max the limit for the message, in bytes, before and after decompression
   */
  ConnectMessages(
      InputStream body, int max, MessageMemory memory, Optional<Decompressor> decompressor) {
    this.body = body;
    this.max = max;
    this.memory = memory;
    this.decompressor = decompressor;
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
    var bytes = memory.readAll(body, max);
    // An empty body must not be decompressed (connectrpc.com/docs/protocol, Unary-Request).
    if (decompressor.isPresent() && bytes.length > 0) {
      var compressed = new ByteArrayInputStream(bytes);
      bytes = Encodings.decompressed(compressed, decompressor.get(), max, memory);
    }
    return Optional.of(new ByteArrayInputStream(bytes));
  }
}
