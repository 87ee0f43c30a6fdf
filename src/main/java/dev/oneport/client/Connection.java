package dev.oneport.client;

import java.time.Duration;

/**
 * An open gRPC call or WebSocket, for code that blocks: one thread may send while another receives.
 *
 * @param <Q> what the client sends
 * @param <R> what the server sends
 */
public interface Connection<Q, R> extends AutoCloseable {
  /**
   * Sends a message; waits while the server takes none.
   *
   * @return false if the connection is over; {@link #receive} says why
   */
  boolean send(Q message) throws InterruptedException;

  /** Says that this side sends nothing more; the server may still send. */
  void finish() throws InterruptedException;

  /**
   * Waits for the next message.
   *
   * @param longest how long to wait
   * @throws CallFailed if the connection ended with an error
   */
  Received<R> receive(Duration longest) throws InterruptedException;

  /** Ends the connection at once. */
  @Override
  void close();
}
