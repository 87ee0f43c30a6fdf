package dev.oneport.transport.http2;

import java.util.List;
import java.util.function.LongSupplier;

/**
 * Counts, per time, the frames that cost a client nothing and a server something: see {@link
 * Floods}. Belongs to the thread that reads the connection.
 */
final class FloodGuard {
  private final long period;
  private final LongSupplier nanos;
  private final Count resets;
  private final Count refused;
  private final Count pings;
  private final Count settings;
  private final Count emptyData;
  private final Count windowUpdates;
  private final Count other;
  private final List<Count> all;
  private long begin;
  private long answered;

  FloodGuard(Floods limits, LongSupplier nanos) {
    this.period = limits.per().toNanos();
    this.nanos = nanos;
    this.begin = nanos.getAsLong();
    this.resets = new Count("resets", limits.resets());
    this.refused = new Count("refused streams", limits.refused());
    this.pings = new Count("PING", limits.pings());
    this.settings = new Count("SETTINGS", limits.settings());
    this.emptyData = new Count("empty DATA", limits.emptyData());
    this.windowUpdates = new Count("WINDOW_UPDATE", limits.windowUpdates());
    this.other = new Count("frames without use", limits.other());
    this.all = List.of(resets, refused, pings, settings, emptyData, windowUpdates, other);
  }

  void reset() {
    count(resets);
  }

  void refused() {
    count(refused);
  }

  void settings() {
    count(settings);
  }

  void emptyData() {
    count(emptyData);
  }

  void other() {
    count(other);
  }

  /** Pings and window updates go with answers: {@code answers} says how many there were so far. */
  void ping(long answers) {
    forgive(answers);
    count(pings);
  }

  void windowUpdate(long answers) {
    forgive(answers);
    count(windowUpdates);
  }

  private void forgive(long answers) {
    if (answers != answered) {
      answered = answers;
      pings.value = 0;
      windowUpdates.value = 0;
    }
  }

  private void count(Count count) {
    long now = nanos.getAsLong();
    if (now - begin > period) {
      begin = now;
      all.forEach(each -> each.value = 0);
    }
    if (++count.value > count.limit) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "too many: " + count.name);
    }
  }

  private static final class Count {
    private final String name;
    private final int limit;
    private int value;

    private Count(String name, int limit) {
      this.name = name;
      this.limit = limit;
    }
  }
}
