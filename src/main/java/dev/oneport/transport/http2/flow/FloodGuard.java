package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Bounds the rate of frames that are cheap for the peer and expensive for this side, except those
 * that correspond to work done: see {@link Floods}. Used by the thread that reads the connection.
 */
public final class FloodGuard {
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

  public FloodGuard(Floods limits, LongSupplier nanos) {
    this.period = limits.per().toNanos();
    this.nanos = nanos;
    this.begin = nanos.getAsLong();
    this.resets = new Count("resets", limits.resets(), 1);
    this.refused = new Count("refused streams", limits.refused(), 0);
    this.pings = new Count("PING", limits.pings(), 1);
    this.settings = new Count("SETTINGS", limits.settings(), 0);
    this.emptyData = new Count("empty DATA", limits.emptyData(), 1);
    // One each for the stream and the connection.
    this.windowUpdates = new Count("WINDOW_UPDATE", limits.windowUpdates(), 2);
    // A PRIORITY frame for each stream, and a reset for each frame that arrives after the client's
    // reset.
    this.other = new Count("frames without use", limits.other(), 2);
    this.all = List.of(resets, refused, pings, settings, emptyData, windowUpdates, other);
  }

  public void refused() {
    count(refused, 0);
  }

  public void settings() {
    count(settings, 0);
  }

  /**
   * Counts an empty DATA frame; {@code received} is the number of DATA frames with content so far.
   */
  public void emptyData(long received) {
    count(emptyData, received);
  }

  /** Counts a reset; here and below, {@code answers} is the number of stream frames sent so far. */
  public void reset(long answers) {
    count(resets, answers);
  }

  public void ping(long answers) {
    count(pings, answers);
  }

  public void windowUpdate(long answers) {
    count(windowUpdates, answers);
  }

  public void other(long answers) {
    count(other, answers);
  }

  private void count(Count count, long work) {
    if (count.goesWith(work)) {
      return;
    }
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
    private final int perWork;
    private int value;
    private long earned;
    private long seen;

    /** Each unit of work allows {@code perWork} frames that are not counted. */
    private Count(String name, int limit, int perWork) {
      this.name = name;
      this.limit = limit;
      this.perWork = perWork;
    }

    private boolean goesWith(long work) {
      earned += (work - seen) * perWork;
      seen = work;
      if (earned == 0) {
        return false;
      }
      earned--;
      return true;
    }
  }
}
