package dev.oneport.transport.http2.flow;

import java.time.Duration;

/**
 * How many frames of a kind a client may send per {@code per} without any work done for it; one
 * more ends its connection with ENHANCE_YOUR_CALM. Frames that answer frames are not counted: each
 * frame of a response gives the client one more PING, one more reset and two more window updates
 * and others, however long ago it was sent. So a client that keeps the rules reaches none of these,
 * at whatever rate it goes.
 *
 * @param per the time that the counts are for
 * @param resets streams that the client reset in the same breath as it opened them
 *     (CVE-2023-44487), or made the server reset (CVE-2025-8671); handlers that outlive their
 *     streams are bounded by {@code max-lingering-handlers}
 * @param refused streams opened above the limit of concurrent ones
 * @param pings PING frames
 * @param settings SETTINGS frames
 * @param emptyData DATA frames that carry nothing and end nothing; each that carries something
 *     gives the client one more
 * @param windowUpdates WINDOW_UPDATE frames
 * @param other PRIORITY frames, frames of unknown type, resets of streams that are over
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

  /** Far above what clients do before they get anything, and far below what hurts. */
  public static Floods defaults() {
    return new Floods(Duration.ofSeconds(10), 20_000, 10_000, 1_000, 100, 10_000, 20_000, 10_000);
  }
}
