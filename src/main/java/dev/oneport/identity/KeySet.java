package dev.oneport.identity;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer, fetched on first need, refreshed while they are in use, and fetched again
 * when a token names a key that is not among them. However many calls want keys at once, one fetch
 * serves them all; while an issuer cannot be reached its last good keys serve, for a time.
 */
final class KeySet {
  private static final System.Logger LOG = System.getLogger(KeySet.class.getName());

  /** How long a call waits for keys that are there, but no longer fresh, to be looked at again. */
  private static final Duration WAIT_WHEN_STALE = Duration.ofSeconds(2);

  private static final Duration WAIT = KeyClient.TIMEOUT.plus(KeyClient.TIMEOUT).plusSeconds(1);

  /** What is known of a key id. */
  sealed interface Lookup {}

  record Found(SigningKey key, Keys keys) implements Lookup {}

  record Unknown() implements Lookup {}

  record Unavailable() implements Lookup {}

  /**
   * What is known.
   *
   * @param due when the keys should be refreshed, if they are in use
   * @param stale when they should no longer be used unrefreshed
   * @param end when they are used no more
   * @param next when the next fetch may be
   */
  private record State(
      @Nullable Keys keys, Instant due, Instant stale, Instant end, Instant next, int failures) {
    static final State EMPTY =
        new State(null, Instant.MIN, Instant.MIN, Instant.MIN, Instant.MIN, 0);

    @Nullable SigningKey key(String id, Instant now) {
      return keys == null || !now.isBefore(end) ? null : keys.key(id);
    }
  }

  private final Issuer issuer;
  private final KeyTimes times;
  private final KeyClient client;
  private final TrustCounts counts;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile State state = State.EMPTY;
  private @Nullable FutureTask<State> fetching;

  KeySet(Issuer issuer, KeyTimes times, KeyClient client, TrustCounts counts, Clock clock) {
    this.issuer = issuer;
    this.times = times;
    this.client = client;
    this.counts = counts;
    this.clock = clock;
  }

  /** Finds a key, fetching where that may help. */
  Lookup find(String id) {
    var now = clock.instant();
    var known = refreshed(state, now, state.key(id, now) == null);
    var key = known.key(id, now);
    if (key != null && known.keys() != null) {
      return new Found(key, known.keys());
    }
    return known.keys() == null || known.failures() > 0 ? new Unavailable() : new Unknown();
  }

  /** Whether this is still one of the issuer's keys. Called for each call with a known token. */
  boolean holds(SigningKey key) {
    var now = clock.instant();
    var known = state;
    if (!now.isBefore(known.due())) {
      known = refreshed(known, now, false);
    }
    return Keys.same(key, known.key(key.id(), now));
  }

  /** The same by what is known at once; what is due is fetched meanwhile. */
  boolean stillHolds(SigningKey key) {
    var now = clock.instant();
    var known = state;
    if (!now.isBefore(known.due()) && !now.isBefore(known.next())) {
      var _ = fetch();
    }
    return Keys.same(key, known.key(key.id(), now));
  }

  /** How many keys there are now. */
  int size() {
    var keys = state.keys();
    return keys == null ? 0 : keys.size();
  }

  private State refreshed(State known, Instant now, boolean missing) {
    if (now.isBefore(known.next())) {
      return known;
    }
    if (missing) {
      return await(fetch(), WAIT);
    }
    if (!now.isBefore(known.stale())) {
      return await(fetch(), WAIT_WHEN_STALE);
    }
    if (!now.isBefore(known.due())) {
      var _ = fetch();
    }
    return known;
  }

  /** The fetch that is under way, or a new one if it may be. */
  private Future<State> fetch() {
    lock.lock();
    try {
      if (clock.instant().isBefore(state.next())) {
        return CompletableFuture.completedFuture(state);
      }
      var running = fetching;
      if (running == null || running.isDone()) {
        running = new FutureTask<>(this::load);
        fetching = running;
        Thread.ofVirtual().name("keys of " + issuer.name()).start(running);
      }
      return running;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits also for others who bring the same token: that this call has ended is nothing to them.
   */
  private State await(Future<State> fetch, Duration wait) {
    long end = System.nanoTime() + wait.toNanos();
    var interrupted = false;
    try {
      while (true) {
        try {
          return fetch.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException | CancellationException | TimeoutException e) {
      LOG.log(System.Logger.Level.DEBUG, "issuer {0}: still without new keys", issuer.name());
      return state;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private State load() {
    var before = state;
    try {
      state = loaded(before, clock.instant());
      counts.countFetch(issuer.name(), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException | Error e) {
      // Whatever an issuer answers, it is not asked again at once.
      state = failed(before);
      counts.countFetch(issuer.name(), false);
      LOG.log(
          System.Logger.Level.WARNING,
          "issuer {0}: the keys cannot be had: {1}",
          issuer.name(),
          e.getMessage());
    }
    return state;
  }

  private State failed(State before) {
    var failures = before.failures() + 1;
    return new State(
        before.keys(),
        before.due(),
        before.stale(),
        before.end(),
        clock.instant().plus(times.backoff(failures)),
        failures);
  }

  private State loaded(State before, Instant now) throws IOException, InterruptedException {
    var fetched = KeySource.fetch(issuer.keys(), client);
    var usable = KeyFilter.usable(KeySource.object(fetched.body()), issuer.algorithms());
    if (usable.isEmpty()) {
      throw new IOException("the set holds no key that can be used");
    }
    var keys = Keys.of(usable, issuer.providerAudiences(), before.keys());
    var fresh =
        issuer.keys() instanceof KeySource.Document
            ? fetched.fresh()
            : times.fresh(fetched.fresh());
    LOG.log(System.Logger.Level.DEBUG, "issuer {0}: {1} keys", issuer.name(), usable.size());
    return new State(
        keys,
        now.plus(times.due(fresh)),
        now.plus(fresh),
        now.plus(fresh).plus(times.outage()),
        now.plus(times.pause()),
        0);
  }
}
