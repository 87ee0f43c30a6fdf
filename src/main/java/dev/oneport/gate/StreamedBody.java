package dev.oneport.gate;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A response body that a handler streams. The first bytes are buffered until the buffer is full or
 * flushed: until then another response can replace it, and a short body is sent at once, with its
 * length. Closing it does not complete the response, because a failing handler closes it too.
 */
final class StreamedBody extends OutputStream {
  private static final int MOST_HELD = 8 << 10;
  private static final int ANY_LENGTH = -1;

  private final LeasedResponse response;
  private byte[] held = new byte[512];
  private int size;
  private long count;
  private long announced = ANY_LENGTH;
  private @Nullable OutputStream out;
  private boolean closed;

  StreamedBody(LeasedResponse response) {
    this.response = response;
  }

  /** Whether part of it was sent to the client. */
  boolean hasBegun() {
    return out != null;
  }

  long count() {
    return count;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    response.check();
    if (closed) {
      throw new IOException("the body is complete");
    }
    if (out == null && size + length <= MOST_HELD) {
      hold(bytes, offset, length);
      count += length;
      return;
    }
    if (response.length().isNone()) {
      return;
    }
    boolean first = out == null;
    var target = begun(length);
    check(length);
    response.write(
        () -> {
          target.write(bytes, offset, length);
          if (first) {
            target.flush();
          }
        });
    count += length;
  }

  private void check(int more) throws IOException {
    if (announced >= 0 && count + more > announced) {
      throw new IOException("more than the announced " + announced + " bytes");
    }
  }

  private void hold(byte[] bytes, int offset, int length) {
    if (size + length > held.length) {
      held = Arrays.copyOf(held, Math.clamp(held.length * 2L, size + length, MOST_HELD));
    }
    System.arraycopy(bytes, offset, held, size, length);
    size += length;
  }

  /** Opens the transport's stream and writes the buffered bytes to it. */
  private OutputStream begun(int more) throws IOException {
    var target = out;
    if (target == null) {
      announced = response.length().announced(count + more).orElse(ANY_LENGTH);
      // Checked before the head is sent: for HEAD, not every version of HTTP looks at the content.
      check(more);
      var begun = response.begin();
      out = begun;
      response.write(() -> begun.write(held, 0, size));
      held = new byte[0];
      size = 0;
      return begun;
    }
    return target;
  }

  /** Before there is content, it sends the head. */
  @Override
  public void flush() throws IOException {
    response.check();
    if (closed || response.length().isNone()) {
      return;
    }
    if (out == null && count == 0) {
      announced = response.length().announced(0).orElse(ANY_LENGTH);
      response.write(() -> out = response.beginWithHead());
      return;
    }
    response.write(begun(0)::flush);
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      flushBegun();
      closed = true;
    }
  }

  private void flushBegun() throws IOException {
    if (out != null) {
      flush();
    }
  }

  /** Completes the body after the handler has succeeded. */
  void finish() throws IOException {
    closed = true;
    var target = out;
    if (target == null) {
      response.send(held, 0, size);
      return;
    }
    if (count < announced) {
      throw new IOException("less than the announced " + announced + " bytes");
    }
    response.write(target::close);
  }
}
