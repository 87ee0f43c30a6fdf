package dev.oneport.client;

/** What came in while somebody waited. */
sealed interface Received<T> {
  /** A message. */
  record Got<T>(T message) implements Received<T> {}

  /** Nothing for as long as was waited. */
  record Quiet<T>() implements Received<T> {}

  /** The end, in good order. */
  record Ended<T>() implements Received<T> {}
}
