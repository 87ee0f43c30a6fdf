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
 * The keys of one issuer, fetched when first needed, refreshed while they are in use, and fetched
 * again when a token names an unknown key. Calls that need keys at the same time share one fetch.
 * While an issuer cannot be reached, its last good keys stay in use for a limited time.
 */
final class KeySet {
  private static final System.Logger LOG = System.getLogger(KeySet.class.getName());

  /**
   * How long calls wait for the refresh of keys that are no longer fresh, counted from when the
   * refresh begins. After a failed refresh calls do not wait, so an issuer that hangs delays them
   * once.
   */
  private static final Duration WAIT_WHEN_STALE = Duration.ofSeconds(2);

  /** The shortest retry delay for clients, because a fetch may be in flight. */
  private static final Duration SHORTEST_WAIT = Duration.ofSeconds(1);

  private static final Duration WAIT = KeyClient.TIMEOUT.plus(KeyClient.TIMEOUT).plusSeconds(1);

  /** The result of looking up a key. */
  sealed interface Lookup {}

  record Found(SigningKey key, Keys keys) implements Lookup {}

  /**
   * The issuer does not have the key: a fetch that began after a token first named it did not
   * return it.
   */
  record Unknown() implements Lookup {}

  /** The token names no key, and the issuer has several of its algorithm. */
  record Unnamed() implements Lookup {}

  /**
   * The keys cannot be fetched now.
   *
   * @param retryAfter how long until the next fetch may begin
   */
  record Unavailable(Duration retryAfter) implements Lookup {}

  /**
   * The keys and when to act on them.
   *
   * @param begun when the fetch that returned the keys began
   * @param due when the keys are due for a refresh, if they are in use
   * @param stale when calls must wait for a refresh
   * @param end when the keys are dropped
   * @param next when the next fetch may begin, after a failure
   * @param nextForUnknown when an unknown key may cause a fetch
   */
  private record State(
      @Nullable Keys keys,
      Instant begun,
      Instant due,
      Instant stale,
      Instant end,
      Instant next,
      Instant nextForUnknown,
      int failures) {
    static final State EMPTY =
        new State(
            null, Instant.MIN, Instant.MIN, Instant.MIN, Instant.MIN, Instant.MIN, Instant.MIN, 0);

    @Nullable SigningKey key(String id, Instant now) {
      return keys == null || !now.isBefore(end) ? null : keys.key(id);
    }

    @Nullable SigningKey key(String id, String algorithm, Instant now) {
      return keys == null || !now.isBefore(end) ? null : keys.key(id, algorithm);
    }

    boolean unnamed(String id, String algorithm, Instant now) {
      return id.isEmpty() && keys != null && now.isBefore(end) && keys.several(algorithm);
    }

    /** Whether a fetch may begin, because the keys are due or one is missing. */
    boolean mayFetch(boolean missing, Instant now) {
      return !now.isBefore(next)
          && (!now.isBefore(due) || (missing && !now.isBefore(nextForUnknown)));
    }
  }

  private final Issuer issuer;
  private final KeyTimes times;
  private final KeyClient client;
  private final TrustCounts counts;
  private final InstantSource steady;
  private final ReentrantLock lock = new ReentrantLock();
  private final MissingKeys missingKeys = new MissingKeys();
  private final WantedKeys wanted = new WantedKeys();
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

  /**
   * Finds a key; fetches the set if the key is not known.
   *
   * @param id the token's {@code kid}; empty if it has none
   */
  Lookup find(String id, String algorithm) {
    var now = steady.instant();
    var before = state;
    if (before.unnamed(id, algorithm, now)) {
      return new Unnamed();
    }
    var missing = before.key(id, algorithm, now) == null;
    if (missing && issuer.keys() instanceof KeySource.Each) {
      if (!SingleKeys.isId(id)) {
        return new Unknown();
      }
      wanted.add(id);
    }
    var seen = missing ? missingKeys.firstSeen(id, now) : now;
    var known = refreshed(state, now, missing);
    if (known.unnamed(id, algorithm, now)) {
      return new Unnamed();
    }
    var key = known.key(id, algorithm, now);
    return key != null && known.keys() != null
        ? new Found(key, known.keys())
        : notFound(known, seen, now);
  }

  /**
   * A token can name a key that does not exist, or a new key that was not fetched yet. The key
   * counts as missing only if a fetch after the first such token did not return it; until then
   * clients are told when to retry.
   */
  private Lookup notFound(State known, Instant seen, Instant now) {
    if (known.keys() == null || known.failures() > 0) {
      return new Unavailable(retryAfter(now, known.next()));
    }
    return issuer.keys() instanceof KeySource.Fixed || !known.begun().isBefore(seen)
        ? new Unknown()
        : new Unavailable(retryAfter(now, known.nextForUnknown()));
  }

  private static Duration retryAfter(Instant now, Instant until) {
    return until.isAfter(now.plus(SHORTEST_WAIT)) ? Duration.between(now, until) : SHORTEST_WAIT;
  }

  /** Whether this is still one of the issuer's keys. Runs for each call with a cached token. */
  boolean holds(SigningKey key) {
    var now = steady.instant();
    var known = state;
    if (!now.isBefore(known.due())) {
      known = refreshed(known, now, false);
    }
    return Keys.same(key, known.key(key.id(), now));
  }

  /** Like {@link #holds} without waiting; a refresh that is due runs in the background. */
  boolean stillHolds(SigningKey key) {
    var now = steady.instant();
    var known = state;
    if (known.mayFetch(false, now)) {
      var _ = fetch(false);
    }
    return Keys.same(key, known.key(key.id(), now));
  }

  /** The number of current keys. */
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

  /** The fetch in flight, or a new one if one may begin. */
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
   * Waits uninterruptibly: other calls with the same token share this wait, and need the result
   * even if this call has ended.
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
      // The server always backs off, whatever the issuer answered.
      state = failed(before);
      counts.countFetch(issuer.name(), false);
      LOG.log(
          System.Logger.Level.WARNING,
          "issuer {0}: the keys are not available: {1}",
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
    var fetched = KeySource.fetch(issuer.keys(), client, wanted.ids());
    var usable = KeyFilter.usable(KeySource.object(fetched.body()), issuer.algorithms());
    if (!usable.ambiguous().isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "issuer {0}: several keys have the id {1}; none of them is used",
          issuer.name(),
          usable.ambiguous());
    }
    if (issuer.keys() instanceof KeySource.Each) {
      wanted.keepOnly(usable.keys());
    } else if (usable.keys().isEmpty()) {
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
