package dev.oneport.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** One binary message, sent in fragments while it is written. */
final class MessageOutputStream extends OutputStream {
  private static final int FRAGMENT = 8192;

  private final WebSocketOutbound outbound;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private boolean closed;

  MessageOutputStream(WebSocketOutbound outbound) {
    this.outbound = outbound;
  }

  @Override
  public void write(int b) {
    ensureOpen();
    held.write(b);
    sendIfMuch();
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    ensureOpen();
    held.write(bytes, from, length);
    sendIfMuch();
  }

  private void sendIfMuch() {
    if (held.size() >= FRAGMENT) {
      send(false);
    }
  }

  @Override
  public void flush() {
    ensureOpen();
    send(false);
  }

  private void send(boolean last) {
    outbound.binary(this, held.toByteArray(), last);
    held.reset();
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
