package dev.oneport.access;

import dev.oneport.access.Decision.Allowed;
import dev.oneport.access.Decision.Denied;
import dev.oneport.identity.Caller;
import dev.oneport.identity.TokenProblem;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.identity.VerifiedTokens;
import java.time.Instant;
import java.util.Set;

/** Decides every call on every protocol. There is no other place where that is done. */
public final class Gate {
  private final VerifiedTokens tokens;
  private final Set<String> tokenHeaders;
  private volatile Policy policy;

  /**
   * A gate.
   *
   * @param tokenHeaders the headers beside {@code Authorization} that tokens may come in
   */
  public Gate(VerifiedTokens tokens, Set<String> tokenHeaders, Policy policy) {
    this.tokens = tokens;
    this.tokenHeaders = Set.copyOf(tokenHeaders);
    this.policy = policy;
  }

  Set<String> tokenHeaders() {
    return tokenHeaders;
  }

  Decision decide(Route route, Credential credential) {
    var current = policy;
    var open = current.open(route);
    if (open.isPresent()) {
      return new Allowed(Caller.ANONYMOUS, open.get(), Instant.MAX);
    }
    return switch (credential) {
      case Credential.Missing() -> denied(Reason.CREDENTIALS_MISSING, "no token");
      case Credential.Unclear(var detail) -> denied(Reason.ACCESS_TOKEN_INVALID, detail);
      case Credential.Bearer(var token, var header) ->
          switch (tokens.verify(token, header)) {
            case Verified verified -> decide(current, route, verified);
            case Rejected(var problem, var detail) -> denied(reason(problem), detail);
          };
    };
  }

  private static Decision decide(Policy policy, Route route, Verified verified) {
    var rule = policy.allows(route, verified.caller());
    return rule.isPresent()
        ? new Allowed(verified.caller(), rule.get(), verified.until())
        : new Denied(Reason.CALLER_NOT_ALLOWED, verified.caller(), "no rule allows the caller");
  }

  private static Denied denied(Reason reason, String detail) {
    return new Denied(reason, Caller.ANONYMOUS, detail);
  }

  private static Reason reason(TokenProblem problem) {
    return switch (problem) {
      case EXPIRED -> Reason.ACCESS_TOKEN_EXPIRED;
      case INVALID -> Reason.ACCESS_TOKEN_INVALID;
      case SIGNATURE_REMOVED -> Reason.ACCESS_TOKEN_SIGNATURE_REMOVED;
      case KEYS_UNAVAILABLE -> Reason.KEYS_UNAVAILABLE;
    };
  }
}
