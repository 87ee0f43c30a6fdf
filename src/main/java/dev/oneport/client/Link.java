package dev.oneport.client;

import java.time.Duration;
import java.util.Optional;

/** One connection of a {@link Conversation}. */
interface Link extends AutoCloseable {
  /** Makes connections. */
  @FunctionalInterface
  interface Opener {
    Link open(Optional<BearerToken> token) throws InterruptedException;
  }

  /** Sends a message; false if the connection is over, and {@link #receive} says why. */
  boolean send(Outbox.Numbered message) throws InterruptedException;

  /** Says in good order that nothing more will be sent. */
  void finish() throws InterruptedException;

  /** Waits for an answer. */
  Received<Answer> receive(Duration longest) throws InterruptedException;

  @Override
  void close();
}
