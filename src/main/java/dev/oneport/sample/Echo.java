package dev.oneport.sample;

import java.nio.charset.StandardCharsets;

/** The logic of the sample service, the same on every protocol. */
final class Echo {
  static final String PONG = "pong";

  /** Counts the messages of one call. */
  static final class Collected {
    private long count;
    private long bytes;

    void add(String message) {
      count++;
      bytes += message.getBytes(StandardCharsets.UTF_8).length;
    }

    long count() {
      return count;
    }

    long bytes() {
      return bytes;
    }
  }

  /** The answer to every ping. */
  String ping() {
    return PONG;
  }
}
