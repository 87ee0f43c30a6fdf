package dev.oneport.identity;

import dev.oneport.api.Caller;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Standing;
import dev.oneport.identity.Verification.Verified;
import io.helidon.security.Security;
import java.time.Clock;
import java.util.Optional;

/**
 * Checks tokens of one issuer: algorithm, then signature, then claims (RFC 8725, RFC 7519 section
 * 4.1). The same check is used until the configuration changes the issuer.
 */
final class IssuerCheck {
  private final Issuer issuer;
  private final ClaimRules rules;
  private final KeySet keys;
  private final Security security;
  private final Verifications verifications;
  private final Clock clock;
  private volatile boolean retired;
  private volatile ForeignNames foreign = ForeignNames.NONE;

  IssuerCheck(
      Issuer issuer, KeySet keys, Security security, Verifications verifications, Clock clock) {
    this.issuer = issuer;
    this.rules = new ClaimRules(issuer);
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

  /** Forbids these names to the issuer from now on, also in tokens that were already verified. */
  void keep(ForeignNames names) {
    if (!foreign.equals(names)) {
      foreign = names;
    }
  }

  /** Revokes all tokens of the issuer, which was removed or changed. */
  void retire() {
    retired = true;
  }

  /** Why a token is not for this issuer, if several issuers share its {@code iss}. */
  Optional<String> claimProblem(Token token) {
    return rules.claimProblem(token).map(problem -> issuer.name() + ": " + problem);
  }

  /**
   * Checks a token whose {@code iss} is this issuer's.
   *
   * @param sender what the cost is charged to
   */
  Verification check(Token token, Sender sender) {
    var problem = rules.problemBeforeSignature(token);
    if (problem.isPresent()) {
      return invalid(problem.get());
    }
    return switch (signature(token, rules.audience(token).orElseThrow(), sender)) {
      case Signature.By(var key) -> check(token, key);
      case Signature.Refused(var why) -> why;
    };
  }

  /**
   * Checks the signature of a logout token of this issuer, whose claims are good.
   *
   * @return why it is refused; empty if the issuer signed it
   */
  Optional<Rejected> logoutProblem(Token token, Sender sender) {
    var problem = rules.signatureProblem(token);
    if (problem.isPresent()) {
      return Optional.of(invalid(problem.get()));
    }
    var audience = new LogoutRules(issuer).audience(token).orElseThrow();
    return switch (signature(token, audience, sender)) {
      case Signature.By _ ->
          retired ? Optional.of(invalid("it is trusted no more")) : Optional.empty();
      case Signature.Refused(var why) -> Optional.of(why);
    };
  }

  /** Who signed a token. */
  private sealed interface Signature {
    record By(SigningKey key) implements Signature {}

    record Refused(Rejected why) implements Signature {}
  }

  private Signature signature(Token token, String audience, Sender sender) {
    var id = token.header("kid").orElse("");
    return switch (keys.find(id, token.header("alg").orElseThrow())) {
      case KeySet.Found(var key, var found) -> signature(token, key, found, audience, sender);
      case KeySet.Unknown() -> new Signature.Refused(invalid("the issuer has no such key"));
      case KeySet.Unnamed() ->
          new Signature.Refused(invalid("it does not name its key, and the issuer has several"));
      case KeySet.Unavailable(var retryAfter) ->
          new Signature.Refused(
              new Rejected(
                  TokenProblem.KEYS_UNAVAILABLE,
                  issuer.name() + ": the issuer's keys are not available now",
                  retryAfter));
    };
  }

  private Signature signature(
      Token token, SigningKey key, Keys found, String audience, Sender sender) {
    if (!token.header("alg").equals(Optional.of(key.algorithm()))) {
      return new Signature.Refused(invalid("its key is for another algorithm"));
    }
    var good =
        verifications.inTurn(
            sender.connection(),
            // Others of this client may have turned out to be invalid since this one waits.
            () -> sender.attempts().toWait().isEmpty() && isSigned(token, key, found, audience));
    return good
        ? new Signature.By(key)
        : new Signature.Refused(
            sender
                .attempts()
                .toWait()
                .map(Rejected::tooManyInvalid)
                .orElseGet(() -> invalid("it was not signed with the issuer's key")));
  }

  /** Checks what is signed. */
  private Verification check(Token token, SigningKey key) {
    var now = clock.instant();
    var until = token.time("exp").orElseThrow().plus(issuer.skew());
    if (!now.isBefore(until)) {
      return new Rejected(TokenProblem.EXPIRED, issuer.name() + ": the token expired");
    }
    var kept = foreign;
    var problem = rules.problem(token, kept, now);
    if (problem.isPresent()) {
      return invalid(problem.get());
    }
    var caller = rules.caller(token, kept);
    return new Verified(
        caller,
        until,
        new Signed(key, caller, kept),
        IssuerKind.TOKEN,
        CertificateBinding.thumbprint(token),
        TokenIdentity.of(token));
  }

  private boolean isSigned(Token token, SigningKey key, Keys found, String audience) {
    return issuer.keys() instanceof KeySource.Each
        ? PlatformKey.signed(token, key)
        : SignatureProvider.verify(security, token, key, found, audience);
  }

  /** Whether a token signed with one of the issuer's keys is still valid. */
  private final class Signed implements Standing {
    private final SigningKey key;
    private final Caller caller;
    private final ForeignNames judgedBy;

    Signed(SigningKey key, Caller caller, ForeignNames judgedBy) {
      this.key = key;
      this.caller = caller;
      this.judgedBy = judgedBy;
    }

    @Override
    public boolean good() {
      return vouched() && keys.holds(key);
    }

    @Override
    public boolean stillGood() {
      return vouched() && keys.stillHolds(key);
    }

    private boolean vouched() {
      var now = foreign;
      return !retired && (now.equals(judgedBy) || !now.hasAny(caller));
    }
  }

  private Rejected invalid(String detail) {
    return Rejected.invalid(issuer.name() + ": " + detail);
  }
}
