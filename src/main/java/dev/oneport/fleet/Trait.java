package dev.oneport.fleet;

import dev.oneport.identity.Verification.Verified;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a revocation can name of a credential. */
public enum Trait {
  /** The operator's name for the issuer. */
  ISSUER,
  /** The name that the policy knows, with the issuer's prefix. */
  CALLER,
  /** The token's {@code sub}. */
  SUBJECT,
  /** The token's {@code sid}. */
  SESSION,
  /** The token's {@code jti}. */
  TOKEN_ID;

  /** Its name in files and on the command line. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its value in a credential; empty if the credential has none. */
  String of(Verified verified) {
    return switch (this) {
      case ISSUER -> verified.caller().issuer();
      case CALLER -> verified.caller().name();
      case SUBJECT -> verified.identity().subject();
      case SESSION -> verified.identity().session();
      case TOKEN_ID -> verified.identity().tokenId();
    };
  }

  static Optional<Trait> named(String key) {
    return Arrays.stream(values()).filter(it -> it.key().equals(key)).findFirst();
  }

  static List<String> keys() {
    return Arrays.stream(values()).map(Trait::key).toList();
  }
}
