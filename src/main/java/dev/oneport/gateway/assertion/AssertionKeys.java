package dev.oneport.gateway.assertion;

import dev.oneport.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The keys that sign assertions. A new key is published {@link #AHEAD} of its first signature, so
 * that services that cache the key set know it by then; a replaced one stays published until the
 * last assertion that it signed has expired. Nothing runs in the background: keys are replaced when
 * one is needed.
 */
public final class AssertionKeys {
  /** How long a new key is published before it signs, if another one can sign meanwhile. */
  static final Duration AHEAD = Duration.ofMinutes(10);

  /** How long a key stays published after it signed; a minute for clocks that differ. */
  static final Duration KEPT = AssertionSettings.LONGEST.plusMinutes(1);

  private static final class Entry {
    private final AssertionKey key;
    private final Instant published;
    private @Nullable Instant left;

    Entry(AssertionKey key, Instant published) {
      this.key = key;
      this.published = published;
    }
  }

  private final InstantSource now;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final List<Entry> entries = new ArrayList<>();
  private List<AssertionKey> wanted = List.of();
  private Instant wantedSince = Instant.MIN;
  private Optional<AssertionSigning> settings = Optional.empty();
  private @Nullable Entry current;

  /**
   * Creates an empty set.
   *
   * @param steady a clock for durations
   */
  public AssertionKeys(InstantSource steady) {
    this.now = steady;
  }

  /**
   * Replaces the settings. Keys from files that were not among the previous ones are published
   * first, and sign later.
   *
   * @param signing empty if no upstream gets assertions
   */
  public void replace(Optional<AssertionSigning> signing) {
    lock.lock();
    try {
      var made = settings.filter(it -> it.keys().isEmpty()).isPresent();
      settings = signing;
      if (signing.isEmpty()) {
        want(List.of());
      } else if (!signing.get().keys().isEmpty()) {
        want(signing.get().keys());
      } else if (!made) {
        want(List.of(AssertionKey.generate()));
      }
      renew();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The key that signs now.
   *
   * @throws IllegalStateException if no upstream gets assertions
   */
  AssertionKey signing() {
    lock.lock();
    try {
      renew();
      if (current == null) {
        throw new IllegalStateException("no upstream gets assertions");
      }
      return current.key;
    } finally {
      lock.unlock();
    }
  }

  /** The published keys as a JSON Web Key Set (RFC 7517 section 5). */
  public String published() {
    var keys = Json.PROVIDER.createArrayBuilder();
    lock.lock();
    try {
      renew();
      entries.forEach(entry -> keys.add(entry.key.published()));
    } finally {
      lock.unlock();
    }
    return Json.PROVIDER.createObjectBuilder().add("keys", keys).build().toString();
  }

  private void want(List<AssertionKey> keys) {
    wanted = keys;
    wantedSince = now.instant();
    for (var key : keys) {
      find(key)
          .ifPresentOrElse(
              known -> known.left = null, () -> entries.add(new Entry(key, wantedSince)));
    }
  }

  private void renew() {
    var at = now.instant();
    if (settings.isPresent() && settings.get().keys().isEmpty()) {
      if (!at.isBefore(wantedSince.plus(settings.get().rotation()))) {
        want(List.of(AssertionKey.generate()));
      }
    }
    choose(at);
    for (var entry : entries) {
      if (entry.left == null && entry != current && !wanted.contains(entry.key)) {
        entry.left = at;
      }
    }
    entries.removeIf(entry -> entry.left != null && !at.isBefore(entry.left.plus(KEPT)));
  }

  /** Takes the first of the wanted keys that may sign; the present one continues until then. */
  private void choose(Instant at) {
    if (wanted.isEmpty()) {
      current = null;
      return;
    }
    for (var key : wanted) {
      var entry = find(key).orElseThrow();
      if (current == null || entry == current || !at.isBefore(entry.published.plus(AHEAD))) {
        current = entry;
        return;
      }
    }
  }

  private Optional<Entry> find(AssertionKey key) {
    return entries.stream().filter(entry -> entry.key.equals(key)).findFirst();
  }
}
