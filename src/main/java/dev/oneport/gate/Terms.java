package dev.oneport.gate;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.gate.Identified.Known;
import dev.oneport.gate.Identified.Unknown;
import dev.oneport.identity.CredentialPlaces;
import dev.oneport.identity.IssuerKind;
import dev.oneport.identity.Sender;
import dev.oneport.identity.TokenProblem;
import dev.oneport.identity.TrustedCredentials;
import dev.oneport.identity.Verification;
import dev.oneport.identity.Verification.Rejected;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.policy.Policy;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The issuers and the policy that decide calls; replaced as a whole when the configuration changes.
 *
 * @param all where requests may carry credentials
 * @param deciding the same for those routes whose rules name the issuers that decide
 */
record Terms(
    TrustedCredentials trusted,
    CredentialPlaces all,
    Map<Route, CredentialPlaces> deciding,
    Policy policy) {
  Terms {
    deciding = Map.copyOf(deciding);
  }

  /**
   * The terms of a policy.
   *
   * @param places where requests carry credentials of these issuers, or of all for an empty set
   */
  static Terms of(
      TrustedCredentials trusted, Function<Set<String>, CredentialPlaces> places, Policy policy) {
    var deciding = new HashMap<Route, CredentialPlaces>();
    for (var route : policy.routes()) {
      var issuers = policy.issuers(route);
      if (!issuers.isEmpty()) {
        deciding.put(route, places.apply(issuers));
      }
    }
    return new Terms(trusted, places.apply(Set.of()), deciding, policy);
  }

  /** Where a request for a route may carry the credential that decides. */
  CredentialPlaces places(@Nullable Route route) {
    return route == null ? all : deciding.getOrDefault(route, all);
  }

  /** Identifies the caller by a credential; does not say what the caller may do. */
  Identified identify(Credential credential, Sender sender) {
    return switch (credential) {
      case Credential.Missing() -> new Unknown(Reason.CREDENTIALS_MISSING, "no token");
      case Credential.Unclear(var detail) -> new Unknown(Reason.ACCESS_TOKEN_INVALID, detail);
      case CookieToken cookie -> identify(cookie.in("GET", false, ""), sender);
      case Credential.Beside(var own, var authorization) ->
          trusted.tokens().isOurs(authorization.text(), authorization.header())
              ? new Unknown(Reason.ACCESS_TOKEN_INVALID, Credential.SEVERAL)
              : identify(own, sender);
      case Credential.Bearer(var token, var shown) ->
          identified(IssuerKind.TOKEN, trusted.tokens().verify(token, sender, shown));
      case Credential.Certified(var certificate) ->
          identified(IssuerKind.CERTIFICATE, trusted.certificates().verify(certificate));
    };
  }

  private static Identified identified(IssuerKind kind, Verification verification) {
    return switch (verification) {
      case Verified verified -> new Known(verified);
      case Rejected(var problem, var detail, var wait) ->
          new Unknown(reason(kind, problem), detail, wait);
    };
  }

  /** The caller of a credential, or {@link Caller#ANONYMOUS}. */
  Caller caller(Credential credential, Sender sender) {
    return identify(credential, sender) instanceof Known(var verified)
        ? verified.caller()
        : Caller.ANONYMOUS;
  }

  /**
   * The verdict on each mounted route.
   *
   * @param credentials gives the credential that decides on a route
   */
  List<Permission> permissions(
      Function<Route, Credential> credentials, Sender sender, Instant now) {
    var callers = new HashMap<CredentialPlaces, Identified>();
    return policy.routes().stream()
        .map(
            route ->
                Permission.of(
                    policy,
                    route,
                    callers.computeIfAbsent(
                        places(route), _ -> identify(credentials.apply(route), sender)),
                    now))
        .toList();
  }

  /** The row of the error table for what is wrong with a credential. */
  static Reason reason(IssuerKind kind, TokenProblem problem) {
    return switch (problem) {
      case EXPIRED ->
          switch (kind) {
            case TOKEN, API_KEYS, INTROSPECTION -> Reason.ACCESS_TOKEN_EXPIRED;
            case CERTIFICATE -> Reason.CERTIFICATE_EXPIRED;
          };
      case INVALID ->
          switch (kind) {
            case TOKEN, API_KEYS, INTROSPECTION -> Reason.ACCESS_TOKEN_INVALID;
            case CERTIFICATE -> Reason.CERTIFICATE_INVALID;
          };
      case REVOKED -> Reason.ACCESS_TOKEN_REVOKED;
      case SIGNATURE_REMOVED -> Reason.ACCESS_TOKEN_SIGNATURE_REMOVED;
      case KEYS_UNAVAILABLE -> Reason.KEYS_UNAVAILABLE;
      case TOO_MANY -> Reason.LIMIT_EXCEEDED;
    };
  }
}
