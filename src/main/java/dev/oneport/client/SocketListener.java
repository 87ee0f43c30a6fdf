package dev.oneport.client;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Receives the events of a {@link ResumedSocket}. Its methods are called one at a time, on the
 * socket's thread, and may block; meanwhile no further messages are read.
 */
public interface SocketListener {
  /**
   * The socket was opened, for the first time or again. Send here what every connection must begin
   * with, such as the position to continue from.
   */
  default void onOpen(ResumedSocket socket) throws InterruptedException {}

  /** A text message arrived. */
  default void onText(ResumedSocket socket, String text) throws InterruptedException {}

  /** A binary message arrived. */
  default void onBinary(ResumedSocket socket, ByteBuffer data) throws InterruptedException {}

  /**
   * The socket is closed and will not be opened again.
   *
   * @param failure why; empty if either side closed it normally
   */
  default void onEnd(Optional<Failure> failure) {}
}
