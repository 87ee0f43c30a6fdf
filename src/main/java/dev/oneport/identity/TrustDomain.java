package dev.oneport.identity;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The trust domain that issues a workload's JWT-SVID: it is in the SPIFFE ID, and the token need
 * not have an {@code iss} (JWT-SVID section 3, SPIFFE-ID section 2).
 */
final class TrustDomain {
  private static final int LONGEST_ID = 2048;
  private static final int LONGEST_NAME = 255;
  private static final String SCHEME = "spiffe://";
  private static final Pattern NAME = Pattern.compile("[a-z0-9._-]+");
  private static final Pattern SEGMENT = Pattern.compile("(?!\\.\\.?$)[A-Za-z0-9._-]+");

  private TrustDomain() {}

  /** Whether a text is a trust domain, {@code spiffe://corp.example}. */
  static boolean isOne(String text) {
    var name = text.substring(Math.min(text.length(), SCHEME.length()));
    return text.startsWith(SCHEME) && name.length() <= LONGEST_NAME && NAME.matcher(name).matches();
  }

  /** The trust domain of a workload's SPIFFE ID; empty if the text is not one. */
  static Optional<String> of(String id) {
    int slash = id.indexOf('/', SCHEME.length());
    if (id.length() > LONGEST_ID || slash < 0 || !isOne(id.substring(0, slash))) {
      return Optional.empty();
    }
    for (var segment : id.substring(slash + 1).split("/", -1)) {
      if (!SEGMENT.matcher(segment).matches()) {
        return Optional.empty();
      }
    }
    return Optional.of(id.substring(0, slash));
  }
}
