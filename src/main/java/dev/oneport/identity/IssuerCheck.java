package dev.oneport.identity;

import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import io.helidon.security.Security;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Checks tokens of one issuer: algorithm, then signature, then claims (RFC 8725, RFC 7519 section
 * 4.1).
 */
final class IssuerCheck {
  private final Issuer issuer;
  private final KeySet keys;
  private final Security security;
  private final Clock clock;

  IssuerCheck(Issuer issuer, KeySet keys, Security security, Clock clock) {
    this.issuer = issuer;
    this.keys = keys;
    this.security = security;
    this.clock = clock;
  }

  Issuer issuer() {
    return issuer;
  }

  /** Whether something verified with these keys may still be believed. */
  boolean current(Keys used) {
    return keys.current(used);
  }

  Verification check(Token token) {
    var algorithm = token.header("alg").flatMap(Algorithm::named);
    if (algorithm.isEmpty() || !issuer.algorithms().contains(algorithm.get())) {
      return invalid("the algorithm is not allowed");
    }
    var audience = token.list("aud").stream().filter(issuer.audiences()::contains).findFirst();
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
      case KeySet.Found(var found) ->
          SignatureProvider.verify(security, token, found, audience.get())
              ? claims(token, found)
              : invalid(
                  "it was not signed with the issuer's key, or lacks what every token must have");
      case KeySet.Unknown _ -> invalid("the issuer has no such key");
      case KeySet.Unavailable _ ->
          new Rejected(TokenProblem.KEYS_UNAVAILABLE, issuer.name() + ": the keys cannot be had");
    };
  }

  private Verification claims(Token token, Keys used) {
    var now = clock.instant();
    var expires = token.time("exp").orElseThrow();
    if (!now.isBefore(expires.plus(issuer.skew()))) {
      return new Rejected(TokenProblem.EXPIRED, issuer.name() + ": the token expired");
    }
    if (isAhead(token, "nbf", now) || isAhead(token, "iat", now)) {
      return invalid("its time has not come");
    }
    if (issuer.verifiedEmail() && !token.isTrue("email_verified")) {
      return invalid("the e-mail address is not verified");
    }
    var caller = token.claim(issuer.callerClaim()).filter(name -> !name.isBlank());
    return caller.isEmpty()
        ? invalid("it names no caller")
        : new Verified(
            new Caller(issuer.callerPrefix() + caller.get(), issuer.name(), roles(token)),
            expires,
            used);
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

  static Optional<Rejected> form(Token token) {
    return token.signatureRemoved()
        ? Optional.of(
            new Rejected(
                TokenProblem.SIGNATURE_REMOVED, "the platform in front removed the signature"))
        : Optional.empty();
  }
}
