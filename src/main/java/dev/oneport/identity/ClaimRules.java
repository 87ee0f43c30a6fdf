package dev.oneport.identity;

import dev.oneport.api.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The claims that an issuer's tokens must have. Each failure has its own message, which names the
 * cause and contains no part of the token.
 */
final class ClaimRules {
  private static final ClaimPath EMAIL = ClaimPath.named("email");

  private final Issuer issuer;

  ClaimRules(Issuer issuer) {
    this.issuer = issuer;
  }

  /** Checks a token before its signature; returns the problem, if there is one. */
  Optional<String> problemBeforeSignature(Token token) {
    return algorithmProblem(token)
        .or(() -> TokenType.problem(token, issuer.tokenType()))
        .or(() -> audienceProblem(token))
        .or(() -> expiryProblem(token))
        .or(() -> keyIdProblem(token));
  }

  /** The part of it that concerns the signature of any token. */
  Optional<String> signatureProblem(Token token) {
    return algorithmProblem(token).or(() -> keyIdProblem(token));
  }

  private Optional<String> algorithmProblem(Token token) {
    var algorithm = token.header("alg").flatMap(Algorithm::named);
    if (algorithm.isEmpty() || !issuer.algorithms().contains(algorithm.get())) {
      return Optional.of("the algorithm is not allowed");
    }
    if (token.hasHeader("crit")) {
      return Optional.of("it has critical extensions that are not supported");
    }
    if (token.hasHeader("zip")) {
      return Optional.of("it is compressed, as only an encrypted JWT may be");
    }
    return token.hasHeader("b64") && !token.headerIsTrue("b64")
        ? Optional.of("its claims are not in base64url, as a JWT's are")
        : Optional.empty();
  }

  /** The accepted audience that the token is meant for. */
  Optional<String> audience(Token token) {
    return issuer.audienceClaim().texts(token).stream()
        .filter(issuer.audiences()::contains)
        .findFirst();
  }

  /**
   * Checks a token that has a valid signature and has not expired; returns the problem, if there is
   * one.
   *
   * @param foreign names that belong to other issuers
   */
  Optional<String> problem(Token token, ForeignNames foreign, Instant now) {
    return TokenType.eventProblem(token)
        .or(() -> timeProblem(token, "nbf", now, "it is not valid yet"))
        .or(() -> timeProblem(token, "iat", now, "it was issued in the future"))
        .or(() -> lifetimeProblem(token, now))
        .or(() -> emailProblem(token))
        .or(() -> issuer.required().problem(token))
        .or(() -> CertificateBinding.problem(token))
        .or(() -> callerProblem(token, foreign));
  }

  /** The caller that a valid token names. */
  Caller caller(Token token, ForeignNames foreign) {
    return new Caller(
        name(token).orElseThrow(), issuer.name(), roles(token, foreign), claims(token));
  }

  private Map<String, Object> claims(Token token) {
    var claims = new HashMap<String, Object>();
    for (var claim : issuer.claims()) {
      claim.value(token).ifPresent(value -> claims.put(claim.text(), value));
    }
    return claims;
  }

  private Optional<String> name(Token token) {
    return callerClaim(token)
        .flatMap(claim -> claim.text(token))
        .map(issuer.callerPrefix()::concat);
  }

  /** The claim that names the caller: the first configured one that the token has. */
  private Optional<ClaimPath> callerClaim(Token token) {
    return issuer.callerClaims().stream().filter(claim -> claim.isIn(token)).findFirst();
  }

  /**
   * Drops roles that only another issuer may give, as roles that the policy does not know are
   * dropped.
   */
  private Set<String> roles(Token token, ForeignNames foreign) {
    return issuer.roles().map(it -> it.of(token)).orElse(Set.of()).stream()
        .filter(role -> !foreign.hasRole(role))
        .collect(Collectors.toUnmodifiableSet());
  }

  private Optional<String> audienceProblem(Token token) {
    if (audience(token).isPresent()) {
      return Optional.empty();
    }
    if (!issuer.audienceClaim().texts(token).isEmpty()) {
      return Optional.of("it is meant for another audience");
    }
    return Optional.of(
        issuer.audienceClaim().isEmpty(token)
            ? "it has no audience"
            : "its claim "
                + issuer.audienceClaim()
                + ", which names the audience, is neither a string nor a list of strings");
  }

  private static Optional<String> keyIdProblem(Token token) {
    return token.hasHeader("kid") && token.header("kid").filter(id -> !id.isEmpty()).isEmpty()
        ? Optional.of("its key id is not a string")
        : Optional.empty();
  }

  private static Optional<String> expiryProblem(Token token) {
    if (token.time("exp").isPresent()) {
      return Optional.empty();
    }
    return Optional.of(token.has("exp") ? "its claim exp is not a time" : "it has no expiry time");
  }

  private Optional<String> timeProblem(Token token, String claim, Instant now, String ahead) {
    if (!token.has(claim)) {
      return Optional.empty();
    }
    var time = token.time(claim);
    if (time.isEmpty()) {
      return Optional.of("its claim " + claim + " is not a time");
    }
    return time.filter(it -> it.isAfter(now.plus(issuer.skew()))).map(_ -> ahead);
  }

  private Optional<String> lifetimeProblem(Token token, Instant now) {
    var expires = token.time("exp").orElseThrow();
    var life = Duration.between(token.time("iat").orElse(now), expires);
    return life.compareTo(issuer.maxLifetime().plus(issuer.skew())) > 0
        ? Optional.of("its lifetime is longer than allowed")
        : Optional.empty();
  }

  private Optional<String> emailProblem(Token token) {
    var needed =
        switch (issuer.verifiedEmail()) {
          case ALWAYS -> true;
          case IF_CALLER -> callerClaim(token).filter(EMAIL::equals).isPresent();
          case NEVER -> false;
        };
    return needed && !token.isTrue("email_verified")
        ? Optional.of("the e-mail address is not verified")
        : Optional.empty();
  }

  private Optional<String> callerProblem(Token token, ForeignNames foreign) {
    var claim = callerClaim(token);
    if (claim.isEmpty()) {
      return Optional.of(missingCaller(token));
    }
    var name = claim.get().text(token);
    if (name.isEmpty()) {
      return Optional.of(
          "its claim "
              + claim.get()
              + ", which names the caller, "
              + (claim.get().in(token).size() > 1 ? "has several values" : "is not a string"));
    }
    if (name.get().isBlank()) {
      return Optional.of("its claim " + claim.get() + " is empty");
    }
    return name(token)
        .filter(foreign::hasCaller)
        .map(_ -> "its caller has a name that only another issuer may give");
  }

  private String missingCaller(Token token) {
    var claims = issuer.callerClaims();
    if (claims.size() > 1) {
      return "it has none of the claims "
          + claims.stream().map(ClaimPath::text).collect(Collectors.joining(", "))
          + ", which name the caller";
    }
    var missing = "it has no claim " + claims.getFirst() + ", which names the caller";
    return claims
        .getFirst()
        .obstacle(token)
        .map(it -> missing + ": its claim " + it + " is not an object")
        .orElse(missing);
  }

  /** Why a token is not for this issuer, if several issuers share its {@code iss}. */
  Optional<String> claimProblem(Token token) {
    return audienceProblem(token).or(() -> issuer.required().problem(token));
  }
}
