package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.gate.Identified.Known;
import dev.oneport.gate.Identified.Unknown;
import dev.oneport.identity.Sender;
import dev.oneport.identity.TokenProblem;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.identity.VerifiedTokens;
import dev.oneport.policy.Policy;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The issuers and the policy that decide calls; replaced as a whole when the configuration changes.
 */
record Terms(VerifiedTokens tokens, Set<String> tokenHeaders, Policy policy) {
  Terms {
    tokenHeaders = Set.copyOf(tokenHeaders);
  }

  /** Identifies the caller by a credential; does not say what the caller may do. */
  Identified identify(Credential credential, Sender sender) {
    return switch (credential) {
      case Credential.Missing() -> new Unknown(Reason.CREDENTIALS_MISSING, "no token");
      case Credential.Unclear(var detail) -> new Unknown(Reason.ACCESS_TOKEN_INVALID, detail);
      case CookieToken cookie -> identify(cookie.in("GET", false, ""), sender);
      case Credential.Beside(var own, var authorization) ->
          tokens.isOurs(authorization, Optional.empty())
              ? new Unknown(Reason.ACCESS_TOKEN_INVALID, Credential.SEVERAL)
              : identify(own, sender);
      case Credential.Bearer(var token, var header) ->
          switch (tokens.verify(token, header, sender)) {
            case Verified verified -> new Known(verified);
            case Rejected(var problem, var detail, var wait) ->
                new Unknown(reason(problem), detail, wait);
          };
    };
  }

  /** The caller of a credential, or {@link Caller#ANONYMOUS}. */
  Caller caller(Credential credential, Sender sender) {
    return identify(credential, sender) instanceof Known(var verified)
        ? verified.caller()
        : Caller.ANONYMOUS;
  }

  /** The verdict for a credential on each mounted route. */
  List<Permission> permissions(Credential credential, Sender sender, Instant now) {
    var caller = identify(credential, sender);
    return policy.routes().stream()
        .map(route -> Permission.of(policy, route, caller, now))
        .toList();
  }

  /** The row of the error table for a token problem. */
  static Reason reason(TokenProblem problem) {
    return switch (problem) {
      case EXPIRED -> Reason.ACCESS_TOKEN_EXPIRED;
      case INVALID -> Reason.ACCESS_TOKEN_INVALID;
      case SIGNATURE_REMOVED -> Reason.ACCESS_TOKEN_SIGNATURE_REMOVED;
      case KEYS_UNAVAILABLE -> Reason.KEYS_UNAVAILABLE;
      case TOO_MANY -> Reason.LIMIT_EXCEEDED;
    };
  }
}
