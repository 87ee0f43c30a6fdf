package dev.oneport.client;

/** The result of {@link Connection#receive}. */
public sealed interface Received<T> {
  /** A message arrived. */
  record Got<T>(T message) implements Received<T> {}

  /** No message arrived in time. */
  record Quiet<T>() implements Received<T> {}

  /** The server ended the connection without an error. */
  record Ended<T>() implements Received<T> {}
}
