package dev.oneport.identity;

import java.util.Locale;
import java.util.Optional;

/**
 * Which kind of JWT a token is, by its header's {@code typ}. An issuer signs more than access
 * tokens with one key: logout tokens, security events, proofs. None of them may stand for a caller
 * (RFC 8725 section 3.11).
 */
final class TokenType {
  static final String ACCESS_TOKEN = "at+jwt";

  private static final String MEDIA_TYPE = "application/";

  private TokenType() {}

  /** A type as it is compared: in lower case, and without the part that may be left out. */
  static String normal(String type) {
    var lower = type.toLowerCase(Locale.ROOT);
    return lower.startsWith(MEDIA_TYPE) ? lower.substring(MEDIA_TYPE.length()) : lower;
  }

  /**
   * Why a token is of the wrong type, if it is.
   *
   * @param wanted the only type that is accepted, as {@link #normal} has it; if empty, any is that
   *     is not known to be something else
   */
  static Optional<String> problem(Token token, Optional<String> wanted) {
    var type = token.header("typ").map(TokenType::normal);
    if (type.isEmpty() && token.hasHeader("typ")) {
      return Optional.of("its type is not a text");
    }
    if (wanted.isPresent()) {
      return type.equals(wanted)
          ? Optional.empty()
          : Optional.of("it is not of the type " + wanted.get());
    }
    if (type.filter(TokenType::isOther).isPresent()) {
      return Optional.of("it is a JWT of another kind, by its type");
    }
    // Logout tokens and security events that bring no type all have this (RFC 8417 section 2.2).
    return token.isObject("events")
        ? Optional.of("it tells of a security event and names no caller")
        : Optional.empty();
  }

  /** Each kind of JWT that is registered has a structured name, such as {@code dpop+jwt}. */
  private static boolean isOther(String type) {
    return type.contains("+") && !type.equals(ACCESS_TOKEN);
  }
}
