package dev.oneport.gate;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.gate.Decision.Allowed;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.identity.TokenProblem;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.identity.VerifiedTokens;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Decides every call on every protocol, and judges the open ones again. There is no other place
 * where that is done.
 */
public final class Gate {
  /** What clients are told to wait where nobody knows better. */
  static final Duration RETRY = Duration.ofSeconds(1);

  /** What calls are decided by; replaced as a whole when the configuration changes. */
  private record Terms(VerifiedTokens tokens, Set<String> tokenHeaders, Policy policy) {}

  /** One part of so many is kept for calls that end soon: streams and sockets leave it to them. */
  private static final int RESERVE = 5;

  private final int maxCalls;
  private final int maxStreams;
  private final Predicate<Route> vital;
  private final Clock clock;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger vitalCalls = new AtomicInteger();
  private final AtomicInteger streams = new AtomicInteger();
  private final Meters meters = new Meters(Ticker.systemTicker());
  private final ShadowLog shadows = new ShadowLog();
  private volatile Terms terms;
  private volatile boolean draining;

  /**
   * A gate.
   *
   * @param tokenHeaders the headers beside {@code Authorization} that tokens may come in
   * @param maxCalls how many calls may be open at once, of all protocols together
   * @param vital the routes that have as many calls of their own, so that they are always answered
   */
  public Gate(
      VerifiedTokens tokens,
      Set<String> tokenHeaders,
      Policy policy,
      int maxCalls,
      Predicate<Route> vital,
      Clock clock) {
    this.maxCalls = maxCalls;
    this.maxStreams = maxCalls - maxCalls / RESERVE;
    this.vital = vital;
    this.terms = new Terms(tokens, Set.copyOf(tokenHeaders), policy);
    this.clock = clock;
  }

  /** Decides by these from now on. */
  public void adopt(VerifiedTokens tokens, Set<String> tokenHeaders, Policy policy) {
    terms = new Terms(tokens, Set.copyOf(tokenHeaders), policy);
  }

  /**
   * Lets no more streams and sockets begin, because the server is stopping and ends those that are
   * open. Other calls that still arrive were promised an answer, and get it.
   */
  public void drain() {
    draining = true;
  }

  /** How many calls are open. */
  public int calls() {
    return calls.get() + vitalCalls.get();
  }

  /** What calls are decided by now. */
  public Policy policy() {
    return terms.policy();
  }

  Set<String> tokenHeaders() {
    return terms.tokenHeaders();
  }

  /**
   * Decides a call that ends by itself soon; where it is allowed, {@link #over} must follow.
   *
   * @param connection what the call came on, for what one may cost before it is decided
   */
  Decision decide(Route route, Credential credential, Object connection) {
    var allowed = false;
    try {
      if (open(route).incrementAndGet() > maxCalls) {
        return denied(Reason.LIMIT_EXCEEDED, "too many calls at once");
      }
      var decision = decide(terms, route, credential, connection);
      allowed = decision instanceof Allowed;
      return decision;
    } finally {
      if (!allowed) {
        over(route);
      }
    }
  }

  /** A call that was allowed is over. */
  void over(Route route) {
    open(route).decrementAndGet();
  }

  private AtomicInteger open(Route route) {
    return vital.test(route) ? vitalCalls : calls;
  }

  /** Decides a call that stays open; where it is allowed, a {@link Lease} must be opened for it. */
  Decision decideStream(Route route, Credential credential, Object connection) {
    if (draining) {
      return denied(Reason.DRAINING, "the server is stopping");
    }
    var decision = decide(route, credential, connection);
    if (decision instanceof Allowed allowed && !openStream(allowed.meter())) {
      over(route);
      return new Denied(Reason.LIMIT_EXCEEDED, allowed.caller(), "too many open streams", RETRY);
    }
    return decision;
  }

  /** Counts a call that stays open, unless it is one too many; {@link #closeStream} must follow. */
  boolean openStream(Meter meter) {
    if (streams.incrementAndGet() <= maxStreams && meter.openStream()) {
      return true;
    }
    streams.decrementAndGet();
    return false;
  }

  void closeStream(Meter meter) {
    streams.decrementAndGet();
    meter.closeStream();
  }

  /** Whom a credential names, as it counts for calls; says nothing of what that caller may do. */
  Who who(Credential credential, Object connection) {
    return who(terms, credential, connection);
  }

  /**
   * What a credential would be told on each mounted route now. Decided as calls are, but nothing is
   * counted, and neither quotas nor limits are asked.
   */
  List<Right> rights(Credential credential, Object connection) {
    var now = terms;
    var who = who(now, credential, connection);
    return now.policy().routes().stream().map(route -> Right.of(now.policy(), route, who)).toList();
  }

  private static Who who(Terms now, Credential credential, Object connection) {
    return switch (credential) {
      case Credential.Missing() -> new Who.Unknown(Reason.CREDENTIALS_MISSING, "no token");
      case Credential.Unclear(var detail) -> new Who.Unknown(Reason.ACCESS_TOKEN_INVALID, detail);
      case Credential.Bearer(var token, var header) ->
          switch (now.tokens().verify(token, header, connection)) {
            case Verified verified -> new Who.Known(verified);
            case Rejected(var problem, var detail, var wait) ->
                new Who.Unknown(reason(problem), detail, wait);
          };
    };
  }

  /**
   * Has a lease go on with a fresh token.
   *
   * @return why it does not, if it does not; where that is {@link Reason#temporary()} the lease
   *     stays as it is
   */
  Optional<Reason> renew(Lease lease, String token) {
    return switch (terms.tokens().verify(token, Optional.empty(), lease)) {
      case Verified fresh ->
          lease.renew(fresh) ? judge(lease) : Optional.of(Reason.CALLER_NOT_ALLOWED);
      case Rejected(var problem, _, _) -> Optional.of(reason(problem));
    };
  }

  /** Why an open call may not go on, if it may not. */
  Optional<Reason> judge(Lease lease) {
    if (lease.isTooLong()) {
      return Optional.of(Reason.LIMIT_EXCEEDED);
    }
    if (terms.policy().open(lease.route()).isPresent()) {
      return Optional.empty();
    }
    if (lease.caller().anonymous()) {
      return Optional.of(Reason.CREDENTIALS_MISSING);
    }
    if (!clock.instant().isBefore(lease.until())) {
      return Optional.of(Reason.ACCESS_TOKEN_EXPIRED);
    }
    if (!lease.standing().stillGood()) {
      return Optional.of(Reason.ACCESS_TOKEN_INVALID);
    }
    return terms.policy().allows(lease.route(), lease.caller()).isEmpty()
        ? Optional.of(Reason.CALLER_NOT_ALLOWED)
        : Optional.empty();
  }

  private Decision decide(Terms now, Route route, Credential credential, Object connection) {
    var decision = decideBy(now, route, credential, connection);
    now.policy()
        .shadow()
        .ifPresent(shadow -> suppose(shadow, now, route, credential, decision, connection));
    return decision;
  }

  /** Says where the shadow would have decided otherwise; it looks at tokens where it must. */
  private void suppose(
      Policy shadow,
      Terms now,
      Route route,
      Credential credential,
      Decision decision,
      Object connection) {
    var opened = now.policy().open(route).isPresent();
    var caller =
        opened && shadow.open(route).isEmpty()
            ? named(now, credential, connection)
            : decision.caller();
    shadows.compare(
        route, caller, now.policy().allows(route, caller), shadow.allows(route, caller));
  }

  private static Caller named(Terms now, Credential credential, Object connection) {
    return who(now, credential, connection) instanceof Who.Known(var verified)
        ? verified.caller()
        : Caller.ANONYMOUS;
  }

  private Decision decideBy(Terms now, Route route, Credential credential, Object connection) {
    var open = now.policy().open(route);
    if (open.isPresent()) {
      return new Allowed(Caller.ANONYMOUS, open.get(), Instant.MAX, () -> true, Meter.UNBOUNDED);
    }
    return switch (who(now, credential, connection)) {
      case Who.Known(var verified) -> decide(now.policy(), route, verified);
      case Who.Unknown(var reason, var detail, var wait) ->
          wait.isZero()
              ? denied(reason, detail)
              : new Denied(reason, Caller.ANONYMOUS, detail, wait);
    };
  }

  private Decision decide(Policy policy, Route route, Verified verified) {
    var caller = verified.caller();
    var rule = policy.allows(route, caller);
    if (rule.isEmpty()) {
      return new Denied(
          Reason.CALLER_NOT_ALLOWED, caller, "no rule allows the caller", Duration.ZERO);
    }
    var meter = policy.quota(caller).map(quota -> meters.of(caller, quota)).orElse(Meter.UNBOUNDED);
    var wait = meter.call();
    return wait.isPresent()
        ? new Denied(Reason.LIMIT_EXCEEDED, caller, "too many calls a second", wait.get())
        : new Allowed(caller, rule.get(), verified.until(), verified.standing(), meter);
  }

  static Denied denied(Reason reason, String detail) {
    return new Denied(reason, Caller.ANONYMOUS, detail, reason.temporary() ? RETRY : Duration.ZERO);
  }

  private static Reason reason(TokenProblem problem) {
    return switch (problem) {
      case EXPIRED -> Reason.ACCESS_TOKEN_EXPIRED;
      case INVALID -> Reason.ACCESS_TOKEN_INVALID;
      case SIGNATURE_REMOVED -> Reason.ACCESS_TOKEN_SIGNATURE_REMOVED;
      case KEYS_UNAVAILABLE -> Reason.KEYS_UNAVAILABLE;
      case TOO_MANY -> Reason.LIMIT_EXCEEDED;
    };
  }
}
