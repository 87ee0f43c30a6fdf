package dev.oneport.identity;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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

  /**
   * How long calls wait for keys that are there, but no longer fresh, to be looked at again: from
   * when that begins, and not at all after it failed. An issuer that hangs holds them up once.
   */
  private static final Duration WAIT_WHEN_STALE = Duration.ofSeconds(2);

  /** What clients are told to wait at least: a fetch may be under way. */
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

  private static final Duration WAIT = KeyClient.TIMEOUT.plus(KeyClient.TIMEOUT).plusSeconds(1);

  /** What is known of a key id. */
  sealed interface Lookup {}

  record Found(SigningKey key, Keys keys) implements Lookup {}

  /** The issuer was asked since a token first named it, and has no such key. */
  record Unknown() implements Lookup {}

  /**
   * The issuer cannot be asked now.
   *
   * @param retryAfter when it can be
   */
  record Unavailable(Duration retryAfter) implements Lookup {}

  /**
   * What is known.
   *
   * @param begun when the fetch began that brought the keys
   * @param due when the keys should be refreshed, if they are in use
   * @param stale when they should no longer be used unrefreshed
   * @param end when they are used no more
   * @param next when the next fetch may be, after one that failed
   * @param look when a key that is not among them may lead to a fetch
   */
  private record State(
      @Nullable Keys keys,
      Instant begun,
      Instant due,
      Instant stale,
      Instant end,
      Instant next,
      Instant look,
      int failures) {
    static final State EMPTY =
        new State(
            null, Instant.MIN, Instant.MIN, Instant.MIN, Instant.MIN, Instant.MIN, Instant.MIN, 0);

    @Nullable SigningKey key(String id, Instant now) {
      return keys == null || !now.isBefore(end) ? null : keys.key(id);
    }

    /** Whether a fetch may begin, because the keys are due or one is missing. */
    boolean mayFetch(boolean missing, Instant now) {
      return !now.isBefore(next) && (!now.isBefore(due) || (missing && !now.isBefore(look)));
    }
  }

  private final Issuer issuer;
  private final KeyTimes times;
  private final KeyClient client;
  private final TrustCounts counts;
  private final InstantSource steady;
  private final ReentrantLock lock = new ReentrantLock();
  private final MissingKeys missingKeys = new MissingKeys();
  private volatile State state = State.EMPTY;
  private volatile long began;
  private @Nullable FutureTask<State> fetching;

  KeySet(
      Issuer issuer, KeyTimes times, KeyClient client, TrustCounts counts, InstantSource steady) {
    this.issuer = issuer;
    this.times = times;
    this.client = client;
    this.counts = counts;
    this.steady = steady;
  }

  /** Finds a key, fetching where that may help. */
  Lookup find(String id) {
    var now = steady.instant();
    var missing = state.key(id, now) == null;
    var seen = missing ? missingKeys.firstSeen(id, now) : now;
    var known = refreshed(state, now, missing);
    var key = known.key(id, now);
    return key != null && known.keys() != null
        ? new Found(key, known.keys())
        : notFound(known, seen, now);
  }

  /**
   * Anybody can name a key that there is not, and a new key is not known either at first. So it
   * does not exist only if the issuer said so after a token named it; until then clients may come
   * back, when a fetch may be.
   */
  private Lookup notFound(State known, Instant seen, Instant now) {
    if (known.keys() == null || known.failures() > 0) {
      return new Unavailable(retryAfter(now, known.next()));
    }
    return issuer.keys() instanceof KeySource.Fixed || !known.begun().isBefore(seen)
        ? new Unknown()
        : new Unavailable(retryAfter(now, known.look()));
  }

  private static Duration retryAfter(Instant now, Instant until) {
    return until.isAfter(now.plus(SHORTEST_WAIT)) ? Duration.between(now, until) : SHORTEST_WAIT;
  }

  /** Whether this is still one of the issuer's keys. Called for each call with a known token. */
  boolean holds(SigningKey key) {
    var now = steady.instant();
    var known = state;
    if (!now.isBefore(known.due())) {
      known = refreshed(known, now, false);
    }
    return Keys.same(key, known.key(key.id(), now));
  }

  /** The same by what is known at once; what is due is fetched meanwhile. */
  boolean stillHolds(SigningKey key) {
    var now = steady.instant();
    var known = state;
    if (known.mayFetch(false, now)) {
      var _ = fetch(false);
    }
    return Keys.same(key, known.key(key.id(), now));
  }

  /** How many keys there are now. */
  int size() {
    var keys = state.keys();
    return keys == null ? 0 : keys.size();
  }

  private State refreshed(State known, Instant now, boolean missing) {
    if (!known.mayFetch(missing, now)) {
      return known;
    }
    if (missing) {
      return await(fetch(true), WAIT);
    }
    var fetch = fetch(false);
    return now.isBefore(known.stale()) || known.failures() > 0
        ? known
        : await(fetch, WAIT_WHEN_STALE.minusNanos(System.nanoTime() - began));
  }

  /** The fetch that is under way, or a new one if it may be. */
  private Future<State> fetch(boolean missing) {
    lock.lock();
    try {
      if (!state.mayFetch(missing, steady.instant())) {
        return CompletableFuture.completedFuture(state);
      }
      var running = fetching;
      if (running == null || running.isDone()) {
        running = new FutureTask<>(this::load);
        began = System.nanoTime();
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
      state = loaded(before, steady.instant());
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
    var next = steady.instant().plus(times.backoff(failures));
    return new State(
        before.keys(),
        before.begun(),
        before.due(),
        before.stale(),
        before.end(),
        next,
        next,
        failures);
  }

  private State loaded(State before, Instant begun) throws IOException, InterruptedException {
    var fetched = KeySource.fetch(issuer.keys(), client);
    var usable = KeyFilter.usable(KeySource.object(fetched.body()), issuer.algorithms());
    if (!usable.ambiguous().isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "issuer {0}: several keys have the id {1}; none of them is used",
          issuer.name(),
          usable.ambiguous());
    }
    if (usable.keys().isEmpty()) {
      throw new IOException("the set holds no key that can be used");
    }
    var keys = Keys.of(usable.keys(), issuer.providerAudiences(), before.keys());
    var fresh =
        issuer.keys() instanceof KeySource.Document
            ? fetched.fresh()
            : times.fresh(fetched.fresh());
    LOG.log(System.Logger.Level.DEBUG, "issuer {0}: {1} keys", issuer.name(), keys.size());
    return new State(
        keys,
        begun,
        begun.plus(times.due(fresh)),
        begun.plus(fresh),
        begun.plus(fresh).plus(times.outage()),
        begun,
        begun.plus(times.pause()),
        0);
  }
}
