package dev.oneport.transport.connect;

import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.Encodings;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import io.grpc.Decompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Optional;

/**
 * Splits a body in gRPC's framing: a prefix of five bytes, then as many bytes as it announces.
 * Memory is taken as the bytes arrive, so a large announced length costs nothing.
 */
final class GrpcWebMessages implements WebMessages {
  private static final int PREFIX = 5;

  private final PushbackInputStream body;
  private final GrpcLimits limits;
  private final MessageMemory memory;
  private final Optional<Decompressor> decompressor;

  GrpcWebMessages(
      InputStream body,
      GrpcLimits limits,
      MessageMemory memory,
      Optional<Decompressor> decompressor) {
    this.body = new PushbackInputStream(body);
    this.limits = limits;
    this.memory = memory;
    this.decompressor = decompressor;
  }

  @Override
  public boolean atEnd() throws IOException {
    int next = body.read();
    if (next >= 0) {
      body.unread(next);
    }
    return next < 0;
  }

  @Override
  public Optional<InputStream> next() throws IOException {
    var prefix = body.readNBytes(PREFIX);
    if (prefix.length == 0) {
      return Optional.empty();
    }
    if (prefix.length < PREFIX) {
      throw incomplete();
    }
    if ((prefix[0] & 0xFE) != 0) {
      throw new CallFailure(GrpcFailure.MALFORMED, "flags of a message");
    }
    return Optional.of(message(prefix[0] == 1, length(prefix)));
  }

  private int length(byte[] prefix) {
    int length =
        (prefix[1] & 0xFF) << 24
            | (prefix[2] & 0xFF) << 16
            | (prefix[3] & 0xFF) << 8
            | (prefix[4] & 0xFF);
    if (length < 0 || length > limits.maxMessageSize()) {
      throw new CallFailure(GrpcFailure.MESSAGE_TOO_LARGE, "message of " + (length & 0xFFFFFFFFL));
    }
    return length;
  }

  private InputStream message(boolean compressed, int length) throws IOException {
    memory.begin(length);
    var bytes = body.readNBytes(length);
    if (bytes.length < length) {
      throw incomplete();
    }
    var message = new ByteArrayInputStream(bytes);
    if (!compressed) {
      return message;
    }
    if (decompressor.isEmpty()) {
      throw new CallFailure(
          GrpcFailure.COMPRESSED_WITHOUT_ENCODING, "compressed without an encoding");
    }
    return new ByteArrayInputStream(
        Encodings.decompressed(message, decompressor.get(), limits.maxDecompressedSize(), memory));
  }

  private static CallFailure incomplete() {
    return new CallFailure(GrpcFailure.MALFORMED, "the last message is not complete");
  }
}
