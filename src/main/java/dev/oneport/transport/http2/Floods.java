package dev.oneport.transport.http2;

import java.time.Duration;

/**
 * How many frames of a kind a client may send per {@code per}; one more ends its connection with
 * ENHANCE_YOUR_CALM. The counts begin anew when the time is over, and those that go with answers
 * (pings and window updates) also whenever the connection has sent data or headers.
 *
 * @param per the time that the counts are for
 * @param resets streams that the client reset, or made the server reset, before they were done
 *     (CVE-2023-44487, CVE-2025-8671)
 * @param refused streams opened above the limit of concurrent ones
 * @param pings PING frames without anything to answer between them
 * @param settings SETTINGS frames
 * @param emptyData DATA frames that carry nothing and end nothing
 * @param windowUpdates WINDOW_UPDATE frames without any data sent between them
 * @param other PRIORITY frames, frames of unknown type, frames of streams long closed
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
    Http2Limits.check(per.isPositive(), "floods.per");
    Http2Limits.check(resets > 0, "floods.resets");
    Http2Limits.check(refused > 0, "floods.refused");
    Http2Limits.check(pings > 0, "floods.pings");
    Http2Limits.check(settings > 0, "floods.settings");
    Http2Limits.check(emptyData > 0, "floods.empty-data");
    Http2Limits.check(windowUpdates > 0, "floods.window-updates");
    Http2Limits.check(other > 0, "floods.other");
  }

  /**
   * Far above what clients do, short deadlines on a busy channel included, and far below what
   * hurts: handlers that outlive a reset stream count as streams, so resets buy nothing.
   */
  public static Floods defaults() {
    return new Floods(Duration.ofSeconds(10), 20_000, 10_000, 1_000, 100, 1_000, 20_000, 10_000);
  }
}
