package dev.oneport.transport;

import io.helidon.common.uri.UriValidator;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Decides which methods, targets and authorities are valid, for every version of HTTP alike: a
 * request must not be refused on one version and served on another (RFC 9110 sections 4.2.4, 7.1
 * and 9.1, RFC 9113 section 8.3.1).
 */
public final class RequestSyntax {
  private static final Pattern COMMA = Pattern.compile(",|%2C");

  private static final byte REFUSED = 0;
  private static final byte KEPT = 1;
  private static final byte ENCODED = 2;
  private static final byte ENCODED_IN_QUERY = 3;

  private static final byte[] TARGET = new byte[128];
  private static final boolean[] METHOD = new boolean[128];

  static {
    for (int c = '!'; c < 0x7F; c++) {
      TARGET[c] = KEPT;
    }
    // Browsers do not encode these (WHATWG URL, percent-encode sets), although RFC 3986 requires
    // it.
    for (char c : "[]|^`{}".toCharArray()) {
      TARGET[c] = ENCODED;
    }
    // In a path, browsers convert it to a slash.
    TARGET['\\'] = ENCODED_IN_QUERY;
    for (char c : "\"#<>".toCharArray()) {
      TARGET[c] = REFUSED;
    }
    for (char c : "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~".toCharArray()) {
      METHOD[c] = true;
    }
  }

  private RequestSyntax() {}

  /**
   * Whether the text is a method: a token without lower-case letters, which Helidon would convert
   * to capitals although methods are case-sensitive (RFC 9110 section 9.1).
   */
  public static boolean isMethod(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= METHOD.length || !METHOD[c]) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /**
   * Whether a value of {@code Expect}, which is a list, has no element but {@code 100-continue}
   * (RFC 9110 section 10.1.1).
   */
  public static boolean isKnownExpectation(String value) {
    return elements(value).allMatch("100-continue"::equalsIgnoreCase);
  }

  /** Whether a known value of {@code Expect} has an element. */
  public static boolean expectsContinue(String value) {
    return elements(value).findAny().isPresent();
  }

  /** The elements of a list (RFC 9110 section 5.6.1). */
  public static Stream<String> elements(String value) {
    return Stream.of(value.split(",", -1)).map(String::strip).filter(it -> !it.isEmpty());
  }

  /**
   * A target in origin form (path and query), or the asterisk of OPTIONS, in the form that is
   * routed: characters that browsers do not encode are percent-encoded. Returns the same object if
   * nothing needs encoding.
   *
   * @throws IllegalArgumentException if the target is malformed; the message holds no part of it
   */
  public static String canonicalTarget(String method, String target) {
    if (!target.startsWith("/")) {
      check(target.equals("*") && method.equals("OPTIONS"));
      return target;
    }
    boolean query = false;
    boolean bare = false;
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      byte kind = kind(target, i);
      check(kind != REFUSED && (kind != ENCODED_IN_QUERY || query));
      query |= c == '?';
      bare |= kind != KEPT;
    }
    return bare ? encoded(target) : target;
  }

  private static byte kind(String target, int at) {
    char c = target.charAt(at);
    if (c == '%' && !isEncodedByte(target, at)) {
      // Browsers do not encode this in a query either; in a path its meaning is ambiguous.
      return ENCODED_IN_QUERY;
    }
    return c < TARGET.length ? TARGET[c] : REFUSED;
  }

  private static String encoded(String target) {
    var result = new StringBuilder(target.length() + 16);
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (kind(target, i) == KEPT) {
        result.append(c);
      } else {
        result.append('%').append(hex(c >> 4)).append(hex(c & 0xF));
      }
    }
    return result.toString();
  }

  private static char hex(int digit) {
    return "0123456789ABCDEF".charAt(digit);
  }

  private static boolean isEncodedByte(String target, int at) {
    return at + 2 < target.length() && isHex(target.charAt(at + 1)) && isHex(target.charAt(at + 2));
  }

  private static boolean isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
  }

  private static void check(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("the target is malformed");
    }
  }

  /**
   * Whether the text is a host with or without a port: the value of {@code Host} and {@code
   * :authority}, and the authority of a target in absolute form. User information is not allowed
   * (RFC 9110 section 4.2.4).
   *
   * <p>Several addresses are one authority, too: clients on gRPC's C core (Python, Ruby, PHP, C++)
   * send all addresses of a target such as {@code ipv4:10.0.0.1:80,10.0.0.2:80}.
   */
  public static boolean isAuthority(String text) {
    return isPlainName(text)
        || isPlainAddress(text)
        || isAddress(text)
        || Arrays.stream(COMMA.split(text, -1)).allMatch(RequestSyntax::isAddress);
  }

  /**
   * Whether it is a name of letters, digits, dots and hyphens, with or without a port, as almost
   * all are; cheaper than Helidon's patterns. Digits alone may be a malformed address.
   */
  private static boolean isPlainName(String text) {
    boolean letter = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      letter |= isLetter;
      if (!isLetter && !isDigit(c) && c != '.' && c != '-') {
        return letter && isPort(text, i);
      }
    }
    return letter;
  }

  /** Whether it is an IPv4 address, with or without a port: the other names that are common. */
  private static boolean isPlainAddress(String text) {
    int at = 0;
    for (int dots = 0; dots <= 3; dots++) {
      int begin = at;
      int number = 0;
      while (at < text.length() && at - begin < 3 && isDigit(text.charAt(at))) {
        number = number * 10 + text.charAt(at++) - '0';
      }
      boolean isNumber =
          at > begin && number <= 255 && (at == begin + 1 || text.charAt(begin) != '0');
      if (!isNumber || (dots < 3 && (at == text.length() || text.charAt(at++) != '.'))) {
        return false;
      }
    }
    return at == text.length() || isPort(text, at);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isAddress(String text) {
    int end = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    int hostEnd = end < 0 ? text.length() : end;
    try {
      UriValidator.validateHost(text.substring(0, hostEnd));
    } catch (IllegalArgumentException _) {
      return false;
    }
    return hostEnd == text.length() || isPort(text, hostEnd);
  }

  private static boolean isPort(String text, int colon) {
    for (int i = colon + 1; i < text.length(); i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return text.charAt(colon) == ':' && colon + 1 < text.length();
  }
}
