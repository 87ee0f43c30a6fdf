package dev.oneport.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Compresses the messages of one socket (RFC 7692 section 7.2.1). */
final class MessageDeflater {
  private static final int TAIL = 4;

  private final Codecs codecs;
  private final Deflate agreed;
  private @Nullable Deflater deflater;

  MessageDeflater(Codecs codecs, Deflate agreed) {
    this.codecs = codecs;
    this.agreed = agreed;
  }

  /** The payload of the frame that carries these bytes of the present message. */
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
    } while (length == buffer.length);
    if (last && !agreed.serverTakeover()) {
      close();
    }
    var payload = out.toByteArray();
    return last ? Arrays.copyOf(payload, payload.length - TAIL) : payload;
  }

  void close() {
    if (deflater != null) {
      codecs.giveBack(deflater);
      deflater = null;
    }
  }
}
