package dev.oneport.transport.http2.http;

import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.hpack.HeaderField;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * The body of a streamed response. Small writes are buffered; the head is sent when the buffer is
 * full or flushed, and until then another response can replace this one. {@link #commit} ends the
 * response, not close.
 */
public final class ResponseStream extends OutputStream {
  private static final int SIZE = 8 << 10;

  private final Http2Stream stream;
  private final HttpResponse response;
  private byte[] buffer = new byte[512];
  private int size;
  private long written;
  private boolean begun;
  private boolean committed;
  private boolean ended;

  public ResponseStream(Http2Stream stream, HttpResponse response) {
    this.stream = stream;
    this.response = response;
  }

  public boolean hasBegun() {
    return begun;
  }

  public long bytesWritten() {
    return written;
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    if (committed) {
      throw new IllegalStateException("The response is already sent");
    }
    written += length;
    if (!response.mayHaveBody()) {
      return;
    }
    if (size + length > SIZE) {
      flush();
      sendBody(bytes, offset, length, false);
      return;
    }
    if (size + length > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.clamp(buffer.length * 2L, size + length, SIZE));
    }
    System.arraycopy(bytes, offset, buffer, size, length);
    size += length;
  }

  @Override
  public void flush() {
    if (committed) {
      return;
    }
    if (!begun) {
      begun = true;
      // A response without content ends with its head, whatever its handler writes.
      ended = !response.mayHaveBody() && !response.hasTrailers();
      check(stream.sendHead(response.head(-1), ended));
    }
    if (size > 0) {
      sendBody(buffer, 0, size, false);
      size = 0;
    }
  }

  private void sendBody(byte[] bytes, int offset, int length, boolean end) {
    if (length > 0 || end) {
      check(stream.send(bytes, offset, length, end));
    }
  }

  public void commit() {
    committed = true;
    if (ended) {
      return;
    }
    var head = begun ? HeaderField.NONE : response.head(written);
    begun = true;
    if (response.hasTrailers()) {
      check(head.length == 0 || stream.sendHead(head, false));
      check(stream.finish(head, buffer, 0, size, response.trailerFields()));
    } else if (head.length > 0 && size > 0) {
      check(stream.finish(head, buffer, 0, size, HeaderField.NONE));
    } else if (head.length > 0) {
      check(stream.sendHead(head, true));
    } else {
      sendBody(buffer, 0, size, true);
    }
  }

  private static void check(boolean sent) {
    if (!sent) {
      throw HttpResponse.gone();
    }
  }
}
