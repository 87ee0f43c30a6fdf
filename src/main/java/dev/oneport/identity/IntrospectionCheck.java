package dev.oneport.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Standing;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.time.Clocks;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/**
 * Checks opaque tokens by asking their issuer (RFC 7662). An answer counts for {@link #FRESH} and
 * never beyond the token's expiry; how many questions are open at once is bounded; an issuer that
 * does not answer denies.
 */
final class IntrospectionCheck {
  static final Duration FRESH = Duration.ofSeconds(60);

  /** How long an open stream goes on while its issuer cannot be asked. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final System.Logger LOG = System.getLogger(IntrospectionCheck.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final long WAIT_MILLIS = 1_000;
  private static final int MOST_AT_ONCE = 64;
  private static final int MOST_INACTIVE = 100_000;

  /** RFC 6750 section 2.1. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final IntrospectionIssuer issuer;
  private final Introspector introspector;
  private final Clocks clocks;
  private final Semaphore atOnce = new Semaphore(MOST_AT_ONCE);
  private final Cache<TokenDigest, Instant> inactive =
      Caffeine.newBuilder().maximumSize(MOST_INACTIVE).expireAfterWrite(FRESH).build();
  private volatile Instant pausedUntil = Instant.MIN;
  private volatile Instant warnedUntil = Instant.MIN;
  private volatile boolean retired;
  private volatile ForeignNames foreign = ForeignNames.NONE;

  IntrospectionCheck(IntrospectionIssuer issuer, KeyClient client, Clocks clocks) {
    this.issuer = issuer;
    this.introspector = new Introspector(issuer, client);
    this.clocks = clocks;
  }

  IntrospectionIssuer issuer() {
    return issuer;
  }

  /** Forbids these names to the issuer from now on. */
  void keep(ForeignNames names) {
    foreign = names;
  }

  void retire() {
    retired = true;
  }

  /** Checks a token. */
  Verification check(String text) {
    if (!TOKEN.matcher(text).matches()) {
      return Rejected.invalid("it is not a token");
    }
    var digest = TokenDigest.of(text, issuer.header());
    var known = inactive.getIfPresent(digest);
    if (known != null && clocks.steady().instant().isBefore(known.plus(FRESH))) {
      return Introspector.inactive(issuer.name());
    }
    var answer = ask(text);
    if (answer instanceof Rejected(var problem, _, _) && problem == TokenProblem.INVALID) {
      inactive.put(digest, clocks.steady().instant());
    }
    return answer;
  }

  private Verification ask(String text) {
    var now = clocks.steady().instant();
    if (now.isBefore(pausedUntil)) {
      return unavailable();
    }
    try {
      if (!atOnce.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
        return new Rejected(
            TokenProblem.TOO_MANY, issuer.name() + ": too many tokens to ask about");
      }
      try {
        var names = foreign;
        return introspector.ask(text, names, clocks.wall().instant(), new Active(text, names));
      } finally {
        atOnce.release();
      }
    } catch (UnclearAnswer e) {
      warn(e);
      return unavailable();
    } catch (IOException e) {
      pausedUntil = clocks.steady().instant().plus(PAUSE);
      warn(e);
      return unavailable();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unavailable();
    }
  }

  /** Logs a failure, at most once in a while: clients can cause some. */
  private void warn(IOException failure) {
    var now = clocks.steady().instant();
    if (!now.isBefore(warnedUntil)) {
      warnedUntil = now.plus(PAUSE);
      LOG.log(
          System.Logger.Level.WARNING,
          "issuer {0}: tokens cannot be introspected: {1}",
          issuer.name(),
          failure.getMessage());
    }
  }

  private Rejected unavailable() {
    return new Rejected(
        TokenProblem.KEYS_UNAVAILABLE, issuer.name() + ": the issuer cannot be asked now", PAUSE);
  }

  /**
   * An active token. It holds the token's text, unlike other verified tokens, to ask again while
   * streams are open.
   */
  private final class Active implements Standing {
    private final String text;
    private final ForeignNames judgedBy;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile Instant asked = clocks.steady().instant();
    private volatile boolean over;

    Active(String text, ForeignNames judgedBy) {
      this.text = text;
      this.judgedBy = judgedBy;
    }

    @Override
    public boolean good() {
      return stands() && isWithin(FRESH);
    }

    @Override
    public boolean stillGood() {
      if (stands() && !isWithin(FRESH) && asking.compareAndSet(false, true)) {
        Thread.ofVirtual().name("introspection by " + issuer.name()).start(this::askAgain);
      }
      return stands() && isWithin(PATIENCE);
    }

    private boolean stands() {
      return !over && !retired && foreign.equals(judgedBy);
    }

    private boolean isWithin(Duration time) {
      return clocks.steady().instant().isBefore(asked.plus(time));
    }

    private void askAgain() {
      try {
        var now = clocks.steady().instant();
        switch (ask(text)) {
          case Verified _ -> asked = now;
          case Rejected(var problem, _, _) ->
              over = problem == TokenProblem.INVALID || problem == TokenProblem.EXPIRED;
        }
      } finally {
        asking.set(false);
      }
    }
  }

  /** The check for a header, if an issuer of opaque tokens has it. */
  static Optional<IntrospectionCheck> of(
      Iterable<IntrospectionCheck> checks, Optional<String> header) {
    for (var check : checks) {
      if (check.issuer().header().equals(header)) {
        return Optional.of(check);
      }
    }
    return Optional.empty();
  }
}
