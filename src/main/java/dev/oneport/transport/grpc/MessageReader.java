package dev.oneport.transport.grpc;

import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.Encodings;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.calls.MessageStream;
import dev.oneport.transport.calls.RawMessage;
import dev.oneport.transport.http2.flow.IncomingBody;
import io.grpc.Decompressor;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Splits a call's body into messages: a prefix of five bytes, then as many bytes as it announces.
 * Memory is taken only for bytes that have arrived, so a large announced length costs nothing. A
 * message holds its share of the request memory until the next one is read, or the call is over.
 */
public final class MessageReader implements AutoCloseable {
  private static final int PREFIX = 5;
  private static final int FIRST_PIECE = 64 << 10;

  private final IncomingBody stream;
  private final GrpcLimits limits;
  private final MessageMemory memory;
  private final Optional<Decompressor> decompressor;
  private final boolean raw;
  private final byte[] prefix = new byte[PREFIX];
  private boolean inside;
  private int length;
  private byte @Nullable [] partial;
  private int partialSize;

  MessageReader(
      IncomingBody stream,
      GrpcLimits limits,
      MessageMemory memory,
      Optional<Decompressor> decompressor,
      boolean raw) {
    this.raw = raw;
    this.stream = stream;
    this.limits = limits;
    this.memory = memory;
    this.decompressor = decompressor;
  }

  /** Reads the messages of a body as they are on the wire. */
  public static MessageReader raw(IncomingBody stream, GrpcLimits limits, MessageMemory memory) {
    return new MessageReader(stream, limits, memory, Optional.empty(), true);
  }

  /** The next message if it has arrived completely; throws {@link CallFailure} if it is invalid. */
  public Optional<MessageStream> next() {
    if (stream.isOutOfMemory()) {
      throw new CallFailure(GrpcFailure.OUT_OF_MEMORY, "too much waits to be read");
    }
    if (!inside && !readPrefix()) {
      return Optional.empty();
    }
    if (partial == null && stream.available() >= length) {
      var slice = stream.take(length);
      // It is short only if the call is over.
      return slice.length() == length
          ? Optional.of(message(slice.bytes(), slice.offset()))
          : Optional.empty();
    }
    return readPart() ? Optional.of(message(partialBytes(), 0)) : Optional.empty();
  }

  /** Whether the client has ended its messages and all of them were read. */
  public boolean isAtEnd() {
    if (!stream.bodyEnded() || stream.available() > 0) {
      return false;
    }
    if (inside) {
      throw new CallFailure(GrpcFailure.MALFORMED, "the last message is not complete");
    }
    return true;
  }

  private boolean readPrefix() {
    if (stream.available() < PREFIX) {
      // The order matters: data that arrives in between must not look like a premature end.
      if (stream.bodyEnded() && isTorn(stream.available())) {
        throw new CallFailure(GrpcFailure.MALFORMED, "the last message is not complete");
      }
      return false;
    }
    if (stream.read(prefix, 0, PREFIX) < PREFIX) {
      return false;
    }
    length =
        (prefix[1] & 0xFF) << 24
            | (prefix[2] & 0xFF) << 16
            | (prefix[3] & 0xFF) << 8
            | (prefix[4] & 0xFF);
    if ((prefix[0] & 0xFE) != 0) {
      throw new CallFailure(GrpcFailure.MALFORMED, "reserved flags of a message");
    }
    if (length < 0 || length > limits.maxMessageSize()) {
      throw new CallFailure(GrpcFailure.MESSAGE_TOO_LARGE, "message of " + (length & 0xFFFFFFFFL));
    }
    memory.begin(length);
    inside = true;
    return true;
  }

  /** Releases the memory of the last message. */
  @Override
  public void close() {
    memory.close();
  }

  private static boolean isTorn(int available) {
    return available > 0 && available < PREFIX;
  }

  private boolean readPart() {
    int available = Math.min(stream.available(), length - partialSize);
    var bytes = partial;
    if (bytes == null) {
      bytes = new byte[Math.min(length, Math.max(available, FIRST_PIECE))];
    } else if (partialSize + available > bytes.length) {
      long doubled = Math.max(bytes.length * 2L, partialSize + available);
      bytes = Arrays.copyOf(bytes, (int) Math.min(length, doubled));
    }
    partialSize += stream.read(bytes, partialSize, available);
    partial = bytes;
    return partialSize == length;
  }

  private byte[] partialBytes() {
    var bytes = partial;
    partial = null;
    partialSize = 0;
    return bytes == null ? new byte[0] : bytes;
  }

  private MessageStream message(byte[] bytes, int offset) {
    inside = false;
    if (raw) {
      return (MessageStream)
          RawMessage.MARSHALLER.stream(new RawMessage((prefix[0] & 1) != 0, bytes, offset, length));
    }
    if ((prefix[0] & 1) == 0) {
      return new MessageStream(bytes, offset, length);
    }
    if (decompressor.isEmpty()) {
      throw new CallFailure(
          GrpcFailure.COMPRESSED_WITHOUT_ENCODING, "compressed without an encoding");
    }
    var compressed = new ByteArrayInputStream(bytes, offset, length);
    var message =
        Encodings.decompressed(
            compressed, decompressor.get(), limits.maxDecompressedSize(), memory);
    return new MessageStream(message, 0, message.length);
  }
}
