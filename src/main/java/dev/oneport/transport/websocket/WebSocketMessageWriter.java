package dev.oneport.transport.websocket;

import java.io.Writer;

/** One text message, sent in fragments while it is written. */
final class WebSocketMessageWriter extends Writer {
  private static final int FRAGMENT = 8192;

  private final WebSocketOutbound outbound;
  private final StringBuilder held = new StringBuilder();
  private boolean closed;

  WebSocketMessageWriter(WebSocketOutbound outbound) {
    this.outbound = outbound;
  }

  @Override
  public void write(char[] chars, int from, int length) {
    ensureOpen();
    held.append(chars, from, length);
    if (held.length() >= FRAGMENT) {
      flush();
    }
  }

  @Override
  public void flush() {
    ensureOpen();
    send(false);
  }

  private void send(boolean last) {
    outbound.text(this, held.toString(), last);
    held.setLength(0);
  }

  private void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the message has ended");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      send(true);
    }
  }
}
