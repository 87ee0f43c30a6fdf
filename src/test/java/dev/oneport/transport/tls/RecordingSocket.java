package dev.oneport.transport.tls;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** A socket beneath TLS that remembers what it received. */
final class RecordingSocket extends Socket {
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();

  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(super.getInputStream()) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        var count = super.read(into, offset, length);
        if (count > 0) {
          received.write(into, offset, count);
        }
        return count;
      }
    };
  }

  /** The type of the last TLS record (RFC 5246 section 6.2.1). */
  int lastRecord() {
    var bytes = received.toByteArray();
    var type = -1;
    for (var at = 0; at + 5 <= bytes.length; ) {
      type = bytes[at];
      at += 5 + (((bytes[at + 3] & 0xFF) << 8) | (bytes[at + 4] & 0xFF));
    }
    return type;
  }
}
