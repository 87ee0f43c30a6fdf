package dev.oneport.identity;

/**
 * What the cost of checking a token is charged to.
 *
 * @param connection the connection that the token came on
 * @param attempts of the client that sent it
 */
public record Sender(Object connection, Attempts attempts) {
  /** A sender whose client may send any number of invalid tokens. */
  public static Sender on(Object connection) {
    return new Sender(connection, Attempts.UNLIMITED);
  }
}
