package dev.oneport.identity;

import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Standing;
import dev.oneport.identity.Verification.Verified;
import io.helidon.security.Security;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Checks tokens of one issuer: algorithm, then signature, then claims (RFC 8725, RFC 7519 section
 * 4.1). It lives as long as the configuration has the issuer unchanged.
 */
final class IssuerCheck {
  private final Issuer issuer;
  private final KeySet keys;
  private final Security security;
  private final Verifications verifications;
  private final Clock clock;
  private volatile boolean retired;

  IssuerCheck(
      Issuer issuer, KeySet keys, Security security, Verifications verifications, Clock clock) {
    this.issuer = issuer;
    this.keys = keys;
    this.security = security;
    this.verifications = verifications;
    this.clock = clock;
  }

  Issuer issuer() {
    return issuer;
  }

  KeySet keys() {
    return keys;
  }

  /** The issuer is trusted no more, or not in the same way: what it vouched for is void. */
  void retire() {
    retired = true;
  }

  /** Checks a token whose {@code iss} is this issuer's. */
  Verification check(Token token) {
    var algorithm = token.header("alg").flatMap(Algorithm::named);
    if (algorithm.isEmpty() || !issuer.algorithms().contains(algorithm.get())) {
      return invalid("the algorithm is not allowed");
    }
    var audience =
        token.list(issuer.audienceClaim()).stream()
            .filter(issuer.audiences()::contains)
            .findFirst();
    if (audience.isEmpty()) {
      return invalid("it is meant for another audience");
    }
    if (token.time("exp").isEmpty()) {
      return invalid("it has no time of expiry");
    }
    var id = token.header("kid");
    if (id.isEmpty()) {
      return invalid("it does not name its key");
    }
    return switch (keys.find(id.get())) {
      case KeySet.Found(var key, var found) ->
          verifications.inTurn(
                  () -> SignatureProvider.verify(security, token, found, audience.get()))
              ? claims(token, key)
              : invalid(
                  "it was not signed with the issuer's key, or lacks what every token must have");
      case KeySet.Unknown() -> invalid("the issuer has no such key");
      case KeySet.Unavailable() ->
          new Rejected(TokenProblem.KEYS_UNAVAILABLE, issuer.name() + ": the keys cannot be had");
    };
  }

  private Verification claims(Token token, SigningKey key) {
    var now = clock.instant();
    var expires = token.time("exp").orElseThrow();
    var until = expires.plus(issuer.skew());
    if (!now.isBefore(until)) {
      return new Rejected(TokenProblem.EXPIRED, issuer.name() + ": the token expired");
    }
    var problem = problem(token, now, expires);
    if (problem.isPresent()) {
      return invalid(problem.get());
    }
    var caller = token.claim(issuer.callerClaim()).filter(name -> !name.isBlank());
    return caller.isEmpty()
        ? invalid("it names no caller")
        : new Verified(
            new Caller(issuer.callerPrefix() + caller.get(), issuer.name(), roles(token)),
            until,
            new Signed(key));
  }

  /** What a token rests on that one of the issuer's keys has signed. */
  private final class Signed implements Standing {
    private final SigningKey key;

    Signed(SigningKey key) {
      this.key = key;
    }

    @Override
    public boolean good() {
      return !retired && keys.holds(key);
    }

    @Override
    public boolean stillGood() {
      return !retired && keys.stillHolds(key);
    }
  }

  private Optional<String> problem(Token token, Instant now, Instant expires) {
    if (isAhead(token, "nbf", now) || isAhead(token, "iat", now)) {
      return Optional.of("its time has not come");
    }
    var life = Duration.between(token.time("iat").orElse(now), expires);
    if (life.compareTo(issuer.maxLifetime().plus(issuer.skew())) > 0) {
      return Optional.of("it lives longer than is accepted");
    }
    if (issuer.verifiedEmail() && !token.isTrue("email_verified")) {
      return Optional.of("the e-mail address is not verified");
    }
    return issuer.required().entrySet().stream()
        .filter(claim -> !token.claim(claim.getKey()).equals(Optional.of(claim.getValue())))
        .map(claim -> "its claim " + claim.getKey() + " is not what it must be")
        .findFirst();
  }

  private boolean isAhead(Token token, String claim, Instant now) {
    // A claim that is there and not a time is as bad as one in the future.
    return token.has(claim)
        && token.time(claim).filter(it -> !it.isAfter(now.plus(issuer.skew()))).isEmpty();
  }

  private Set<String> roles(Token token) {
    return issuer.rolesClaim().map(token::list).map(Set::copyOf).orElse(Set.of());
  }

  private Rejected invalid(String detail) {
    return Rejected.invalid(issuer.name() + ": " + detail);
  }
}
