package dev.oneport.client;

import java.time.Duration;

/**
 * An open gRPC call or WebSocket, for blocking code: one thread may send while another receives.
 *
 * @param <Q> the type of the client's messages
 * @param <R> the type of the server's messages
 */
public interface Connection<Q, R> extends AutoCloseable {
  /**
   * Sends a message; waits while the server is not reading.
   *
   * @return false if the connection is over; {@link #receive} says why
   */
  boolean send(Q message) throws InterruptedException;

  /** Ends this side's messages; the server may still send. */
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
