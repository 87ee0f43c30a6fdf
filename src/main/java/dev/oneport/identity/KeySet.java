package dev.oneport.identity;

import jakarta.json.JsonException;
import jakarta.json.spi.JsonProvider;
import java.io.IOException;
import java.io.StringReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one issuer, fetched on first need and again when a token names a key that is not
 * among them: keys rotate. However many calls want keys at once, one fetch serves them all.
 */
final class KeySet {
  /** Json itself would look for its provider in every jar again, each time. */
  private static final JsonProvider JSON = JsonProvider.provider();

  /** How long keys are used before they are fetched again. */
  static final Duration MAX_AGE = Duration.ofHours(1);

  /**
   * How often, at most, an unknown key id leads to a fetch: the id is chosen by whoever sends the
   * token.
   */
  static final Duration PAUSE = Duration.ofSeconds(30);

  static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

  private static final System.Logger LOG = System.getLogger(KeySet.class.getName());

  /** What is known of a key id. */
  sealed interface Lookup {}

  record Found(Keys keys) implements Lookup {}

  record Unknown() implements Lookup {}

  record Unavailable() implements Lookup {}

  private record State(@Nullable Keys keys, Instant fetched, boolean failed) {}

  private final Issuer issuer;
  private final KeyClient client;
  private final Clock clock;
  private final AtomicReference<@Nullable FutureTask<State>> fetching = new AtomicReference<>();
  private volatile State state = new State(null, Instant.MIN, false);

  KeySet(Issuer issuer, KeyClient client, Clock clock) {
    this.issuer = issuer;
    this.client = client;
    this.clock = clock;
  }

  Lookup find(String id) {
    var known = state;
    if (!has(known, id) || known.fetched().plus(MAX_AGE).isBefore(clock.instant())) {
      known = mayFetch(known) ? fetch() : known;
    }
    if (has(known, id)) {
      return new Found(Objects.requireNonNull(known.keys()));
    }
    return known.keys() == null || known.failed() ? new Unavailable() : new Unknown();
  }

  /** Whether these are still the issuer's keys. */
  boolean current(Keys keys) {
    return Objects.equals(state.keys(), keys);
  }

  private static boolean has(State state, String id) {
    return state.keys() != null && state.keys().has(id);
  }

  private boolean mayFetch(State known) {
    var pause = known.failed() ? PAUSE_AFTER_FAILURE : PAUSE;
    return known.fetched().equals(Instant.MIN)
        || !clock.instant().isBefore(known.fetched().plus(pause));
  }

  private State fetch() {
    var mine = new FutureTask<>(this::load);
    var running = fetching.compareAndExchange(null, mine);
    if (running == null) {
      try {
        mine.run();
      } finally {
        fetching.set(null);
      }
    }
    try {
      return (running == null ? mine : running).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return state;
    } catch (ExecutionException | CancellationException e) {
      return state;
    }
  }

  private State load() {
    var before = state;
    State after;
    try {
      after = new State(parse(KeySource.fetch(issuer.keys(), client)), clock.instant(), false);
    } catch (IOException | JsonException | IllegalStateException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "issuer {0}: the keys cannot be had: {1}",
          issuer.name(),
          e.getMessage());
      after = new State(before.keys(), clock.instant(), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return before;
    }
    state = after;
    return after;
  }

  private Keys parse(String text) throws IOException {
    try (var reader = JSON.createReader(new StringReader(text))) {
      var usable = KeyFilter.usable(reader.readObject(), issuer.algorithms());
      if (usable.isEmpty()) {
        throw new IOException("the set holds no key that can be used");
      }
      return Keys.of(usable, issuer.audiences());
    }
  }
}
