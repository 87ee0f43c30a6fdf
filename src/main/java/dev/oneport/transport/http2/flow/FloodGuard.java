package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Counts, per time, the frames that cost a peer nothing and this side something, unless work that
 * was done goes with them: see {@link Floods}. Belongs to the thread that reads the connection.
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
    // One for the stream and one for the connection.
    this.windowUpdates = new Count("WINDOW_UPDATE", limits.windowUpdates(), 2);
    // A PRIORITY frame for each stream, and a reset for each frame that comes after the client's.
    this.other = new Count("frames without use", limits.other(), 2);
    this.all = List.of(resets, refused, pings, settings, emptyData, windowUpdates, other);
  }

  public void refused() {
    count(refused, 0);
  }

  public void settings() {
    count(settings, 0);
  }

  /** The {@code received} says how many DATA frames there were so far that carried something. */
  public void emptyData(long received) {
    count(emptyData, received);
  }

  /** Here and below {@code answers} says how many frames of streams were sent so far. */
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

    /** With each unit of work go {@code perWork} frames that are not counted. */
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
