package dev.oneport.proxies;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * IP addresses as text. Only literal addresses are read, and only in their usual forms: names are
 * never looked up, and {@code 010.1.1.1} and {@code 127.1} are rejected, because programs disagree
 * about the meaning of such texts.
 */
public final class AddressText {
  /** Longer than any address with a zone and a port; longer texts are rejected. */
  private static final int LONGEST = 100;

  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  /** A port, or an obfuscated one (RFC 7239 section 6.3). */
  private static final Pattern PORT = Pattern.compile("\\d{1,5}|_[A-Za-z0-9._-]+");

  private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9._~%-]+");

  private AddressText() {}

  /** An address without a port. An IPv6 address may have a zone, which is dropped. */
  public static Optional<InetAddress> address(String text) {
    if (text.length() > LONGEST) {
      return Optional.empty();
    }
    if (IPV4.matcher(text).matches()) {
      return Optional.of(InetAddress.ofLiteral(text));
    }
    int zone = text.indexOf('%');
    var plain = zone < 0 ? text : text.substring(0, zone);
    if (!IPV6.matcher(plain).matches()
        || (zone >= 0 && !ZONE.matcher(text.substring(zone + 1)).matches())) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(plain));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * An address as proxies write it: bare or in brackets, with or without a port. Empty for names,
   * {@code unknown}, and obfuscated identifiers (RFC 7239 section 6).
   */
  static Optional<InetAddress> node(String text) {
    if (text.length() > LONGEST || isName(text)) {
      return Optional.empty();
    }
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return end > text.indexOf(':') && text.indexOf(':') > 0 && isPortOrEnd(text, end + 1)
          ? address(text.substring(1, end))
          : Optional.empty();
    }
    int colon = text.indexOf(':');
    boolean port = colon >= 0 && colon == text.lastIndexOf(':');
    return port && isPortOrEnd(text, colon) ? address(text.substring(0, colon)) : address(text);
  }

  /** Whether the text cannot be an address, which most hosts are not; cheaper than a pattern. */
  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':' || (c == '[' && i == 0)) {
        return false;
      }
      if (c != '.' && !HexFormat.isHexDigit(c)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPortOrEnd(String text, int at) {
    return at == text.length()
        || (text.charAt(at) == ':' && PORT.matcher(text.substring(at + 1)).matches());
  }

  /** The text of an address in logs, without a zone. */
  static String of(InetAddress address) {
    var text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }
}
