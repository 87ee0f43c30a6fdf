package dev.oneport.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * An API key as it is configured: its digest, never the key. On one line, for example {@code
 * billing sha256:5d2a… role=reader role=writer expires=2027-01-31}.
 *
 * @param name the caller, without the issuer's prefix
 * @param digest the SHA-256 of the key, in hexadecimal
 * @param until when it expires
 */
public record ApiKey(String name, String digest, Set<String> roles, Instant until) {
  /** With this each key begins, so that it is recognized wherever it turns up. */
  static final String PREFIX = "oneport_";

  /** When a key without a date expires. */
  static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private static final int BYTES = 32;
  private static final Pattern KEY = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9@._/:-]+");
  private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9_-]+");
  private static final String DIGEST = "sha256:";

  public ApiKey {
    roles = Set.copyOf(roles);
  }

  /** Makes a key of 256 bits. */
  public static String random() {
    var bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** What to configure for a key; the words are those of a line. */
  public static ApiKey of(String key, String name, List<String> words) {
    return parse(name + " " + DIGEST + digestOf(key) + " " + String.join(" ", words));
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is not one; the message does not repeat it
   */
  static ApiKey parse(String line) {
    if (line.contains(PREFIX)) {
      throw new IllegalArgumentException(
          "holds a key in plain text; make another with 'oneport key new', and write the line that"
              + " it prints instead");
    }
    var words = List.of(line.strip().split("\\s+"));
    if (words.size() < 2 || !NAME.matcher(words.getFirst()).matches()) {
      throw new IllegalArgumentException("must be NAME sha256:DIGEST role=ROLE expires=DATE");
    }
    if (!words.get(1).matches(DIGEST + "[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "must have sha256: and 64 hexadecimal digits behind the name");
    }
    var roles = new TreeSet<String>();
    var until = NEVER;
    for (var word : words.subList(2, words.size())) {
      var value = word.substring(word.indexOf('=') + 1);
      if (word.startsWith("role=") && ROLE.matcher(value).matches()) {
        roles.add(value);
      } else if (word.startsWith("expires=") && until.equals(NEVER)) {
        until = time(value);
      } else {
        throw new IllegalArgumentException(
            "may have role=ROLE, several times, and expires=DATE once behind the digest");
      }
    }
    return new ApiKey(words.getFirst(), words.get(1).substring(DIGEST.length()), roles, until);
  }

  private static Instant time(String text) {
    try {
      return text.contains("T")
          ? Instant.parse(text)
          : LocalDate.parse(text).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "expires with a date such as 2027-01-31, which is the last day, or 2027-01-31T12:00:00Z",
          e);
    }
  }

  /** Whether a text has the form of a key. */
  static boolean isKey(String text) {
    return KEY.matcher(text).matches();
  }

  /** The SHA-256 of a text, in hexadecimal. */
  static String digestOf(String text) {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Whether it is the key with this digest, found out in constant time. */
  boolean hasDigest(String other) {
    return MessageDigest.isEqual(
        digest.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
  }

  /** The line to configure it with. */
  public String line() {
    var line = new StringBuilder(name).append(' ').append(DIGEST).append(digest);
    roles.stream().sorted().forEach(role -> line.append(" role=").append(role));
    if (!until.equals(NEVER)) {
      line.append(" expires=").append(until);
    }
    return line.toString();
  }
}
