package dev.oneport.identity;

import jakarta.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The claims of an issuer's logout tokens (OpenID Connect Back-Channel Logout 1.0 section 2.6). */
final class LogoutRules {
  /** How long after it was issued a logout token is accepted: its issuer sends it at once. */
  static final Duration FRESH = Duration.ofMinutes(5);

  private static final String EVENT = "http://schemas.openid.net/event/backchannel-logout";
  private static final int LONGEST_ID = 256;
  private static final int LONGEST_NAME = 2_048;

  /** Section 2.6 recommends the last; most issuers send the first or none. */
  private static final Set<String> TYPES = Set.of("jwt", "logout+jwt");

  private final Issuer issuer;

  LogoutRules(Issuer issuer) {
    this.issuer = issuer;
  }

  /** The accepted audience that the token is meant for. */
  Optional<String> audience(Token token) {
    return token.list("aud").stream().filter(issuer.logoutAudiences()::contains).findFirst();
  }

  /** Checks everything that costs nothing; returns the problem, if there is one. */
  Optional<String> problem(Token token, Instant now) {
    return typeProblem(token)
        .or(() -> eventProblem(token))
        .or(() -> idProblem(token))
        .or(() -> nameProblem(token))
        .or(() -> timeProblem(token, now));
  }

  /** Until when the token counts as fresh. */
  Instant until(Token token) {
    return token.time("iat").orElseThrow().plus(FRESH).plus(issuer.skew());
  }

  private static Optional<String> typeProblem(Token token) {
    var type = token.header("typ").map(TokenType::normal);
    return token.hasHeader("typ") && type.filter(TYPES::contains).isEmpty()
        ? Optional.of("its type is not that of a logout token")
        : Optional.empty();
  }

  private static Optional<String> eventProblem(Token token) {
    if (!(token.claims().get("events") instanceof JsonObject events)
        || !(events.get(EVENT) instanceof JsonObject)) {
      return Optional.of("its claim events does not say that a session ended");
    }
    // Otherwise an ID token could pass for a logout token.
    return token.has("nonce") ? Optional.of("it has a nonce") : Optional.empty();
  }

  private static Optional<String> idProblem(Token token) {
    var id = token.claim("jti");
    if (id.isEmpty() || id.get().isBlank()) {
      return Optional.of("it has no jti");
    }
    return id.get().length() > LONGEST_ID
        ? Optional.of("its jti has more than " + LONGEST_ID + " characters")
        : Optional.empty();
  }

  private static Optional<String> nameProblem(Token token) {
    for (var claim : List.of("sub", "sid")) {
      var name = token.claim(claim);
      if (token.has(claim)
          && name.filter(it -> !it.isBlank() && it.length() <= LONGEST_NAME).isEmpty()) {
        return Optional.of("its claim " + claim + " is not a text of a usual length");
      }
    }
    return token.has("sub") || token.has("sid")
        ? Optional.empty()
        : Optional.of("it has neither sub nor sid");
  }

  private Optional<String> timeProblem(Token token, Instant now) {
    var issued = token.time("iat");
    if (issued.isEmpty()) {
      return Optional.of("it does not say when it was issued");
    }
    if (issued.get().isAfter(now.plus(issuer.skew()))) {
      return Optional.of("it was issued in the future");
    }
    if (!now.isBefore(until(token))) {
      return Optional.of("it was issued more than " + FRESH.toMinutes() + " minutes ago");
    }
    var expires = token.time("exp");
    if (token.has("exp") && expires.isEmpty()) {
      return Optional.of("its claim exp is not a time");
    }
    return expires.filter(it -> !now.isBefore(it.plus(issuer.skew()))).isPresent()
        ? Optional.of("it expired")
        : Optional.empty();
  }
}
