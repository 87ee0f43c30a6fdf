package dev.oneport.fleet;

import dev.oneport.threads.Background;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The quotas that this server shares with others. */
public final class FleetQuotas implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FleetQuotas.class.getName());
  private static final Duration BEAT = Duration.ofSeconds(1);

  /** After so many beats everything is told again, before the store forgets it. */
  private static final int ALL = 300;

  private final QuotaStore store;
  private final WhileAway without;
  private final LongSupplier nanos;
  private final Map<String, WeakReference<SharedStreams>> streams = new ConcurrentHashMap<>();

  /**
   * Those that the store should know of; referenced, so that none is forgotten before it is told.
   */
  private final Set<SharedStreams> held = ConcurrentHashMap.newKeySet();

  private final LongAdder waits = new LongAdder();
  private volatile int servers = 1;
  private volatile boolean closed;
  private @Nullable Thread thread;
  private volatile boolean up;
  private int beats;

  /**
   * Quotas by a store; {@link #start} announces this server.
   *
   * @param nanos runs evenly
   */
  public FleetQuotas(QuotaStore store, WhileAway without, LongSupplier nanos) {
    this.store = store;
    this.without = without;
    this.nanos = nanos;
  }

  /** Begins to announce this server; waits for nothing. */
  public void start() {
    thread = Background.repeat("fleet", this::round);
  }

  /** A budget that the servers spend together. */
  public SharedBudget budget(BudgetName name) {
    return new SharedBudget(this, name);
  }

  /** The open streams of a name: always the same object while any is open. */
  public SharedStreams streams(String name) {
    var fresh = new SharedStreams(this, name);
    var kept =
        streams
            .compute(
                name,
                (_, known) ->
                    known == null || known.get() == null ? new WeakReference<>(fresh) : known)
            .get();
    return kept == null ? streams(name) : kept;
  }

  /** How many calls have waited for the store. */
  public long waits() {
    return waits.sum();
  }

  /** How many servers share the store, as far as this one knows. */
  public int servers() {
    return servers;
  }

  /** Whether the store answered last. */
  public boolean isUp() {
    return up;
  }

  QuotaStore store() {
    return store;
  }

  WhileAway without() {
    return without;
  }

  long now() {
    return nanos.getAsLong();
  }

  void waited() {
    waits.increment();
  }

  void holds(SharedStreams some) {
    held.add(some);
  }

  /** The store's own log says what is wrong with it. */
  void failed(Exception e) {
    LOG.log(
        e instanceof IOException ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR,
        "the store of quotas failed",
        e);
  }

  private boolean round() {
    if (!closed) {
      beat();
      LockSupport.parkNanos(this, BEAT.toNanos());
    }
    return !closed;
  }

  /** Announces this server, and tells the store what it may not know. */
  void beat() {
    try {
      var present = store.announce();
      servers = Math.max(1, present.servers());
      beats++;
      boolean again = !up || !present.known() || beats % ALL == 0;
      held.removeIf(it -> !it.tell(again));
      up = true;
      streams.values().removeIf(it -> it.get() == null);
    } catch (IOException | RuntimeException e) {
      up = false;
      failed(e);
    }
  }

  /** Tells the other servers that this one has stopped. */
  @Override
  public void close() {
    closed = true;
    var started = thread;
    if (started != null) {
      started.interrupt();
      try {
        store.leave();
      } catch (IOException e) {
        failed(e);
      }
    }
  }
}
