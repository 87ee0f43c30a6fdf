package dev.oneport.transport.http2.flow;

import java.time.Duration;

/**
 * How many frames of a kind a client may send in each period that do not correspond to work done;
 * one more ends its connection with ENHANCE_YOUR_CALM. Each frame of a response, however long ago
 * it was sent, allows the client one more PING, one more reset, two more window updates, and two
 * more other frames. So a well-behaved client never reaches these limits, at any rate.
 *
 * @param per the period of the counts
 * @param resets streams that the client reset right after opening them (CVE-2023-44487), or made
 *     the server reset (CVE-2025-8671); handlers that outlive their streams are bounded by {@code
 *     max-lingering-handlers}
 * @param refused streams opened above the limit of concurrent streams
 * @param pings PING frames
 * @param settings SETTINGS frames
 * @param emptyData empty DATA frames that do not end the stream; each DATA frame with content
 *     allows one more
 * @param windowUpdates WINDOW_UPDATE frames
 * @param other PRIORITY frames, frames of unknown types, and resets of streams that have ended
 */
public record Floods(
    Duration per,
    int resets,
    int refused,
    int pings,
    int settings,
    int emptyData,
    int windowUpdates,
    int other) {

  public Floods {
    check(per.isPositive(), "floods.per");
    check(resets > 0, "floods.resets");
    check(refused > 0, "floods.refused");
    check(pings > 0, "floods.pings");
    check(settings > 0, "floods.settings");
    check(emptyData > 0, "floods.empty-data");
    check(windowUpdates > 0, "floods.window-updates");
    check(other > 0, "floods.other");
  }

  private static void check(boolean holds, String key) {
    if (!holds) {
      throw new IllegalArgumentException("out of range: " + key);
    }
  }

  /** Limits far above the rates of real clients, and far below harmful ones. */
  public static Floods defaults() {
    return new Floods(Duration.ofSeconds(10), 20_000, 10_000, 1_000, 100, 10_000, 20_000, 10_000);
  }
}
