package dev.oneport.transport.connect;

import dev.oneport.transport.calls.Encodings;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import io.grpc.Decompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A body that is one message. */
final class ConnectMessages implements WebMessages {
  private final InputStream body;
  private final GrpcLimits limits;
  private final MessageMemory memory;
  private final Optional<Decompressor> decompressor;
  private boolean read;

  /**
   * Reads from a body.
   *
   * @param limits for the message, before and after decompression
   */
  ConnectMessages(
      InputStream body,
      GrpcLimits limits,
      MessageMemory memory,
      Optional<Decompressor> decompressor) {
    this.body = body;
    this.limits = limits;
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
    var bytes = memory.readAll(body, limits.maxMessageSize());
    // An empty body must not be decompressed (connectrpc.com/docs/protocol, Unary-Request).
    if (decompressor.isPresent() && bytes.length > 0) {
      var compressed = new ByteArrayInputStream(bytes);
      bytes =
          Encodings.decompressed(
              compressed, decompressor.get(), limits.maxDecompressedSize(), memory);
    }
    return Optional.of(new ByteArrayInputStream(bytes));
  }
}
