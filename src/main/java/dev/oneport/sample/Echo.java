package dev.oneport.sample;

import java.nio.charset.StandardCharsets;

/** What the sample service does, whichever protocol asks. */
final class Echo {
  static final String PONG = "pong";

  /** Counts what a caller sends; one for each call. */
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

  /** The answer to a ping, whatever it says. */
  String ping() {
    return PONG;
  }
}
