package dev.oneport.transport.websocket;

import java.time.Duration;

/**
 * Limits on the number of sockets, and on the sizes and times of each socket.
 *
 * @param maxOpen most sockets open at once; further ones are refused
 * @param maxFrameBytes longest payload of a frame; beyond it the socket is closed with 1009
 * @param maxMessageBytes longest message over all its frames, decompressed: close 1009
 * @param maxStreamBytes longest message received in fragments, which are not held in memory: close
 *     1009
 * @param sendTimeout how long a client may accept no bytes before the socket is ended; also how
 *     long a message waits for an unfinished one
 * @param closeTimeout how long the client may take to answer a close frame
 * @param pingInterval how long a client may be silent before it is sent a ping; zero for never
 * @param missedPings how many consecutive pings a client may leave unanswered, each for one
 *     interval
 * @param origins the pages that may open a socket
 * @param compression whether messages may be compressed
 */
public record WebSocketLimits(
    int maxOpen,
    int maxFrameBytes,
    int maxMessageBytes,
    long maxStreamBytes,
    Duration sendTimeout,
    Duration closeTimeout,
    Duration pingInterval,
    int missedPings,
    Origins origins,
    Compression compression) {
  public WebSocketLimits {
    atLeast(1, maxOpen, "maxOpen");
    atLeast(1, maxFrameBytes, "maxFrameBytes");
    atLeast(1, maxMessageBytes, "maxMessageBytes");
    atLeast(1, maxStreamBytes, "maxStreamBytes");
    atLeast(1, missedPings, "missedPings");
    positive(sendTimeout, "sendTimeout");
    positive(closeTimeout, "closeTimeout");
    if (!pingInterval.isZero()) {
      positive(pingInterval, "pingInterval");
    }
  }

  /** Limits for a server that faces the internet. */
  public static WebSocketLimits defaults() {
    return new WebSocketLimits(
        8_000,
        1024 * 1024,
        1024 * 1024,
        1024L * 1024 * 1024,
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        2,
        new Origins.Same(),
        Compression.off());
  }

  private static void atLeast(long least, long value, String name) {
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
