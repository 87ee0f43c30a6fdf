package dev.oneport.transport.http2.flow;

import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** A stream as {@link Outbound} sees it: something that wants to send, and may have to wait. */
public abstract class SendingStream {
  // These belong to the lock of Outbound.
  boolean headSent;
  int sendWindow;
  boolean blocked;
  @Nullable Condition unblocked;

  /** A stream for which the peer has given that much window. */
  protected SendingStream(int sendWindow) {
    this.sendWindow = sendWindow;
  }

  /** The stream's number on its connection. */
  public abstract int id();

  /** Whether something can still be sent. */
  public abstract boolean isOpen();

  /**
   * All is sent. True if what the peer sends is not complete and no longer wanted, so that it must
   * be told (RFC 9113 section 8.1).
   */
  protected abstract boolean localEnded();

  /** The peer has left no window for too long. */
  protected abstract void stalled();

  /** There is room to write again, after {@link Outbound#isWritable} said that there is none. */
  protected abstract void writable();

  /** The stream is over. */
  protected abstract void close();
}
