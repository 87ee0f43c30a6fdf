package dev.oneport.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Checks and reports the token's claims; never shows the token itself. */
final class TokenCheck {
  private static final String CHECK = "token";

  private final TokenSource tokens;
  private final String audience;
  private final Clock clock;

  TokenCheck(TokenSource tokens, String audience, Clock clock) {
    this.tokens = tokens;
    this.audience = audience;
    this.clock = clock;
  }

  Finding run() throws InterruptedException {
    try {
      return tokens
          .token()
          .map(this::token)
          .orElseGet(() -> Finding.skipped(CHECK, Problem.TOKEN_MISSING));
    } catch (CallFailed e) {
      return Finding.wrong(CHECK, e.failure());
    } catch (InvalidInput e) {
      return Finding.wrong(CHECK, String.valueOf(e.getMessage()), Problem.TOKEN_UNAVAILABLE);
    }
  }

  private Finding token(BearerToken token) {
    return Claims.of(token)
        .map(this::claims)
        .orElseGet(
            () -> Finding.note(CHECK, "it is not a JSON Web Token, so its claims are unknown", ""));
  }

  private Finding claims(Claims claims) {
    var expires = claims.expires();
    var text =
        "of "
            + claims.issuer()
            + " for "
            + claims.caller()
            + ", audience "
            + ForeignText.line(String.join(", ", claims.audiences()))
            + ", "
            + expires.map(this::left).orElse("without an expiry");
    if (expires.isEmpty()) {
      return Finding.wrong(CHECK, text, "tokens must have an expiry (exp)");
    }
    if (!expires.get().isAfter(clock.instant())) {
      return Finding.wrong(CHECK, text, "get a new one");
    }
    if (!audience.isEmpty() && !claims.audiences().contains(audience)) {
      return Finding.note(
          CHECK, text, "it is not meant for " + audience + "; the server must accept its audience");
    }
    return Finding.good(CHECK, text);
  }

  private String left(Instant expires) {
    var left = Duration.between(clock.instant(), expires);
    return left.isNegative() || left.isZero()
        ? "expired " + TimeSpan.words(left.negated()) + " ago"
        : "good for " + TimeSpan.words(left);
  }
}
