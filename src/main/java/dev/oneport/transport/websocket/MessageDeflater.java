package dev.oneport.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Compresses the messages of one socket (RFC 7692 section 7.2.1). */
final class MessageDeflater {
  private static final int TAIL = 4;
  private static final byte[] EMPTY_BLOCK = {0};

  private final Codecs codecs;
  private final Deflate agreed;
  private @Nullable Deflater deflater;

  MessageDeflater(Codecs codecs, Deflate agreed) {
    this.codecs = codecs;
    this.agreed = agreed;
  }

  /** The frame payload for these bytes of the current message. */
  byte[] compress(byte[] bytes, boolean last) {
    var codec = deflater == null ? codecs.deflater(agreed.windowBits()) : deflater;
    deflater = codec;
    codec.setInput(bytes);
    var out = new ByteArrayOutputStream(64 + bytes.length / 2);
    var buffer = new byte[Math.clamp(bytes.length, 64, 8192)];
    int length;
    do {
      length = codec.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
      out.write(buffer, 0, length);
      // The call that applies a change of strategy may produce and consume nothing.
    } while (length > 0 || !codec.needsInput());
    if (last) {
      close();
    }
    var payload = out.toByteArray();
    if (!last) {
      return payload;
    }
    // A flush without data produces nothing, but an empty block is required.
    return payload.length < TAIL ? EMPTY_BLOCK : Arrays.copyOf(payload, payload.length - TAIL);
  }

  void close() {
    if (deflater != null) {
      codecs.giveBack(deflater);
      deflater = null;
    }
  }
}
