package dev.oneport.transport.grpc;

import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.Encodings;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.calls.MessageMemory;
import dev.oneport.transport.calls.MessageStream;
import dev.oneport.transport.calls.RawMessage;
import dev.oneport.transport.http2.flow.IncomingBody;
import dev.oneport.transport.http2.flow.Slice;
import io.grpc.Decompressor;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
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
  private static final int GROWTH = 8;

  private final IncomingBody stream;
  private final GrpcLimits limits;
  private final MessageMemory memory;
  private final Optional<Decompressor> decompressor;
  private final boolean raw;
  private final byte[] prefix = new byte[PREFIX];
  private boolean inside;
  private int length;
  private byte @Nullable [] partial;

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
  public Optional<InputStream> next() {
    if (stream.isOutOfMemory()) {
      throw new CallFailure(GrpcFailure.OUT_OF_MEMORY, "too much waits to be read");
    }
    if (!inside && !readPrefix()) {
      return Optional.empty();
    }
    if (partial == null && stream.available() >= length) {
      var slice = stream.take(length);
      return slice.length() == length
          ? Optional.of(message(slice.bytes(), slice.offset()))
          : rest(slice);
    }
    return readPart() ? Optional.of(message(partialBytes(), 0)) : Optional.empty();
  }

  /** The next message of a reader for messages as they are on the wire. */
  public Optional<RawMessage> nextRaw() {
    return next().map(RawMessage.MARSHALLER::parse);
  }

  /** A message that is here, in several arrays; empty if the call is over. */
  private Optional<InputStream> rest(Slice slice) {
    if (raw || isCompressed()) {
      var bytes = new byte[length];
      System.arraycopy(slice.bytes(), slice.offset(), bytes, 0, slice.length());
      int size = slice.length() + stream.read(bytes, slice.length(), length - slice.length());
      return size == length ? Optional.of(message(bytes, 0)) : Optional.empty();
    }
    var slices = new ArrayList<Slice>();
    int size = 0;
    while (slice.length() > 0) {
      slices.add(slice);
      size += slice.length();
      slice = stream.take(length - size);
    }
    if (size < length) {
      return Optional.empty();
    }
    inside = false;
    return Optional.of(new SlicedMessage(slices, length));
  }

  private boolean isCompressed() {
    return (prefix[0] & 1) != 0;
  }

  /** Whether the client has ended its messages and all of them were read. */
  public boolean isAtEnd() {
    if (!stream.bodyEnded() || stream.available() > 0) {
      return false;
    }
    if (!inside) {
      return true;
    }
    // It may have been completed after the last look at it.
    if (partial == null || stream.collected() < length) {
      throw new CallFailure(GrpcFailure.MALFORMED, "the last message is not complete");
    }
    return false;
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

  /** Whether the message that has begun is complete; gives it more room as it grows. */
  private boolean readPart() {
    var bytes = partial;
    if (bytes == null) {
      bytes = collect(new byte[Math.min(length, Math.max(stream.available(), FIRST_PIECE))], 0);
    }
    int size = stream.collected();
    while (size == bytes.length && size < length) {
      bytes = collect(Arrays.copyOf(bytes, (int) Math.min(length, (long) size * GROWTH)), size);
      size = stream.collected();
    }
    return size == length;
  }

  private byte[] collect(byte[] bytes, int from) {
    partial = bytes;
    stream.collect(bytes, from);
    return bytes;
  }

  private byte[] partialBytes() {
    var bytes = partial;
    partial = null;
    return bytes == null ? new byte[0] : bytes;
  }

  private InputStream message(byte[] bytes, int offset) {
    inside = false;
    if (raw) {
      return RawMessage.MARSHALLER.stream(new RawMessage(isCompressed(), bytes, offset, length));
    }
    if (!isCompressed()) {
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
