package dev.oneport.transport.grpc;

import dev.oneport.transport.calls.MessageStream;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/** Adds the prefix of five bytes to a message, and compresses it if requested. */
public final class MessageWriter {
  private static final int PREFIX = 5;
  private static final byte[] PLACE = new byte[PREFIX];

  private MessageWriter() {}

  /** The framed message; reads the whole stream. */
  public static byte[] frame(InputStream message, Compressor compressor) {
    if (message instanceof MessageStream known && known.message().compressed()) {
      return known.message().framed();
    }
    try (message) {
      if (compressor instanceof Codec.Identity) {
        return message instanceof KnownLength ? known(message) : unknown(message);
      }
      return compressed(message, compressor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] known(InputStream message) throws IOException {
    int length = message.available();
    var frame = new byte[PREFIX + length];
    int size = PREFIX;
    while (size < frame.length) {
      int read = message.read(frame, size, frame.length - size);
      if (read < 0) {
        throw new IOException("a message is shorter than it said");
      }
      size += read;
    }
    return prefixed(frame, 0);
  }

  private static byte[] unknown(InputStream message) throws IOException {
    var target = new ByteArrayOutputStream();
    target.writeBytes(PLACE);
    drain(message, target);
    return prefixed(target.toByteArray(), 0);
  }

  private static byte[] compressed(InputStream message, Compressor compressor) throws IOException {
    var target = new ByteArrayOutputStream();
    target.writeBytes(PLACE);
    try (var out = compressor.compress(target)) {
      drain(message, out);
    }
    return prefixed(target.toByteArray(), 1);
  }

  private static void drain(InputStream message, OutputStream target) throws IOException {
    if (message instanceof Drainable drainable) {
      drainable.drainTo(target);
    } else {
      message.transferTo(target);
    }
  }

  private static byte[] prefixed(byte[] frame, int flags) {
    int length = frame.length - PREFIX;
    frame[0] = (byte) flags;
    frame[1] = (byte) (length >>> 24);
    frame[2] = (byte) (length >>> 16);
    frame[3] = (byte) (length >>> 8);
    frame[4] = (byte) length;
    return frame;
  }
}
