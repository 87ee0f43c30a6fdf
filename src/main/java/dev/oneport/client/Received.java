package dev.oneport.client;

/** What a {@link Connection} had for its reader. */
public sealed interface Received<T> {
  /** A message. */
  record Got<T>(T message) implements Received<T> {}

  /** Nothing came in the time given. */
  record Quiet<T>() implements Received<T> {}

  /** The server ended the connection without an error. */
  record Ended<T>() implements Received<T> {}
}
