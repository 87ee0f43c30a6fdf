package dev.oneport.transport.http2.flow;

import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;

/** A stream as {@link Outbound} sees it. */
public abstract class SendingStream {
  // Guarded by the lock of Outbound.
  boolean headSent;
  int sendWindow;
  boolean blocked;
  @Nullable Condition unblocked;

  /** Creates a stream with this window from the peer. */
  protected SendingStream(int sendWindow) {
    this.sendWindow = sendWindow;
  }

  /** The stream's id on its connection. */
  public abstract int id();

  /** Whether parts can still be sent. */
  public abstract boolean isOpen();

  /**
   * Called when everything has been sent. True if the peer must be told to stop sending (RFC 9113
   * section 8.1).
   */
  protected abstract boolean localEnded();

  /** Called when the peer has given no window for too long. */
  protected abstract void stalled();

  /** Called when the stream is writable again, after {@link Outbound#isWritable} returned false. */
  protected abstract void writable();

  /** Ends the stream. */
  protected abstract void close();
}
