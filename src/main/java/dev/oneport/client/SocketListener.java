package dev.oneport.client;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Hears what happens on a {@link ResumedSocket}. Its methods are called one at a time, on the
 * socket's own thread, and may block; the server then waits.
 */
public interface SocketListener {
  /**
   * The socket was opened, for the first time or again: send here what the server must hear first
   * on every connection, such as where to go on.
   */
  default void onOpen(ResumedSocket socket) throws InterruptedException {}

  /** A text message came. */
  default void onText(ResumedSocket socket, String text) throws InterruptedException {}

  /** A binary message came. */
  default void onBinary(ResumedSocket socket, ByteBuffer data) throws InterruptedException {}

  /**
   * The socket is over and is not opened again.
   *
   * @param failure why; empty if either side closed it normally
   */
  default void onEnd(Optional<Failure> failure) {}
}
