package dev.oneport.transport.http1;

import java.time.Duration;

/**
 * Limits on the size and pace of requests, and on how slowly clients read, on an HTTP/1.1
 * connection.
 *
 * <p>The bound of a request's body is the listener's {@code max-payload-size}.
 *
 * @param maxRequestLineBytes longest request line; longer ones are answered 414
 * @param maxHeadBytes longest request line and header section together, 431; it must have room for
 *     a token of 12 KB and the headers that proxies add
 * @param maxHeaders most header lines of a request, 431
 * @param firstByteTimeout how long a new connection may stay silent before it is closed
 * @param headTimeout how long a request's head may take from its first to its last byte, 408
 * @param bodyTimeout how long a body may pause, 408
 * @param minBodyRate the minimum bytes per second, averaged over the time that the server waited
 *     for the body, once that exceeds {@code bodyTimeout}; 0 for no minimum
 * @param writeTimeout how long a client may accept no bytes before the connection is closed
 * @param idleTimeout how long a connection is kept open between two requests; longer than the 600 s
 *     of Google's load balancer
 * @param lingerTimeout how long the server reads and drops the remaining bytes of a refused client,
 *     so that the client sees the refusal and not a reset (RFC 9112 section 9.6)
 */
public record Http1Limits(
    int maxRequestLineBytes,
    int maxHeadBytes,
    int maxHeaders,
    Duration firstByteTimeout,
    Duration headTimeout,
    Duration bodyTimeout,
    int minBodyRate,
    Duration writeTimeout,
    Duration idleTimeout,
    Duration lingerTimeout) {
  public Http1Limits {
    atLeast(16, maxRequestLineBytes, "maxRequestLineBytes");
    atLeast(maxRequestLineBytes, maxHeadBytes, "maxHeadBytes");
    atLeast(1, maxHeaders, "maxHeaders");
    atLeast(0, minBodyRate, "minBodyRate");
    positive(firstByteTimeout, "firstByteTimeout");
    positive(headTimeout, "headTimeout");
    positive(bodyTimeout, "bodyTimeout");
    positive(writeTimeout, "writeTimeout");
    positive(idleTimeout, "idleTimeout");
    positive(lingerTimeout, "lingerTimeout");
  }

  /** Limits for a server that faces the internet. */
  public static Http1Limits defaults() {
    return new Http1Limits(
        8 * 1024,
        32 * 1024,
        128,
        Duration.ofSeconds(30),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        240,
        Duration.ofSeconds(30),
        Duration.ofMinutes(11),
        Duration.ofSeconds(1));
  }

  private static void atLeast(int least, int value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
    }
  }

  private static void positive(Duration value, String name) {
    if (!value.isPositive() || value.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException(name + " must be above zero and below a year: " + value);
    }
  }
}
