package dev.oneport.identity;

import java.util.Locale;
import java.util.Optional;

/**
 * Tells kinds of JWT apart by the header's {@code typ}. An issuer signs more than access tokens
 * with one key: logout tokens, security events, proofs. None of these identifies a caller (RFC 8725
 * section 3.11).
 */
final class TokenType {
  static final String ACCESS_TOKEN = "at+jwt";

  private static final String MEDIA_TYPE = "application/";

  private TokenType() {}

  /** The type in normal form: in lower case, without the optional {@code application/}. */
  static String normal(String type) {
    var lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith(MEDIA_TYPE) ? lower.substring(MEDIA_TYPE.length()) : lower;
  }

  /**
   * Why a token has the wrong type; empty if it has not.
   *
   * @param wanted the only accepted type, in {@link #normal} form; if empty, any type that does not
   *     name another kind of JWT
   */
  static Optional<String> problem(Token token, Optional<String> wanted) {
    var type = token.header("typ").map(TokenType::normal);
    if (type.isEmpty() && token.hasHeader("typ")) {
      return Optional.of("its type is not a string");
    }
    if (wanted.isPresent() && !type.equals(wanted)) {
      return Optional.of("it is not of the type " + wanted.get());
    }
    if (wanted.isEmpty() && type.filter(TokenType::isOther).isPresent()) {
      return Optional.of("its type is that of another kind of JWT");
    }
    return eventProblem(token);
  }

  /** Logout tokens and security events all have this claim (RFC 8417 section 2.2). */
  static Optional<String> eventProblem(Token token) {
    return token.has("events")
        ? Optional.of("it reports a security event and identifies no caller")
        : Optional.empty();
  }

  /** Registered kinds of JWT have structured names, such as {@code dpop+jwt}. */
  private static boolean isOther(String type) {
    return type.contains("+") && !type.equals(ACCESS_TOKEN);
  }
}
