package dev.oneport.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one fetched token, and fetches the next when a fifth of its life is left, or four minutes
 * if that is less. If fetching fails, the old token is used until it expires.
 */
final class RenewedTokens implements TokenSource {
  private static final int PARTS = 5;
  private static final Duration MARGIN = Duration.ofMinutes(4);

  /** Fetches a new token. */
  @FunctionalInterface
  interface Fetch {
    BearerToken token() throws InterruptedException;
  }

  private final Fetch source;
  private final Clock clock;

  /** Held while a token is fetched: concurrent callers wait for the same one. */
  private final ReentrantLock lock = new ReentrantLock();

  private @Nullable BearerToken token;
  private Instant renewal = Instant.MIN;
  private Instant end = Instant.MIN;

  RenewedTokens(Fetch source, Clock clock) {
    this.source = source;
    this.clock = clock;
  }

  @Override
  public Optional<BearerToken> token() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return Optional.of(current());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean renew(BearerToken refused) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      // Another call may have renewed it already.
      return !refused.equals(token) || !fetch().equals(refused);
    } finally {
      lock.unlock();
    }
  }

  private BearerToken current() throws InterruptedException {
    var last = token;
    if (last != null && clock.instant().isBefore(renewal)) {
      return last;
    }
    try {
      return fetch();
    } catch (CallFailed e) {
      if (last == null || !clock.instant().isBefore(end)) {
        throw e;
      }
      return last;
    }
  }

  private BearerToken fetch() throws InterruptedException {
    var fetched = source.token();
    var now = clock.instant();
    // A token without an expiry is fetched again each time.
    end = fetched.expires().orElse(now);
    var fifth = Duration.between(now, end).dividedBy(PARTS);
    renewal = end.minus(fifth.compareTo(MARGIN) < 0 ? fifth : MARGIN);
    token = fetched;
    return fetched;
  }
}
