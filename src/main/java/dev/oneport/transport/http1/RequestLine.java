package dev.oneport.transport.http1;

import java.util.Locale;

/**
 * The request line (RFC 9112 section 3), checked.
 *
 * @param method the method
 * @param target the target in origin form or {@code *}, whatever form it came in
 * @param authority the authority of a target in absolute form, empty for others
 */
record RequestLine(String method, String target, String authority) {
  private static final String VERSION = "HTTP/1.1";

  /** Parses the line between two indexes, its CRLF excluded. */
  static RequestLine parse(byte[] bytes, int from, int to) {
    var afterMethod = Ascii.endOfToken(bytes, from, to);
    if (afterMethod == from || afterMethod == to || bytes[afterMethod] != ' ') {
      throw Refusal.malformed("the method is malformed");
    }
    var afterTarget = afterMethod + 1;
    while (afterTarget < to && bytes[afterTarget] != ' ') {
      afterTarget++;
    }
    version(Ascii.text(bytes, Math.min(afterTarget + 1, to), to));
    var method = Ascii.text(bytes, from, afterMethod);
    if (!Ascii.visible(bytes, afterMethod + 1, afterTarget)) {
      throw Refusal.malformed("the target is malformed");
    }
    return of(method, Ascii.text(bytes, afterMethod + 1, afterTarget));
  }

  private static RequestLine of(String method, String target) {
    if (method.equals("CONNECT")) {
      throw Refusal.notImplemented("this server is no proxy");
    }
    if (target.indexOf('#') >= 0) {
      throw Refusal.malformed("the target is malformed");
    }
    if (target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"))) {
      return new RequestLine(method, target, "");
    }
    return absolute(method, target);
  }

  private static RequestLine absolute(String method, String target) {
    var lower = target.toLowerCase(Locale.ROOT);
    var start = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
    if (start < 0) {
      throw Refusal.malformed("the target is malformed");
    }
    var end = start;
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    if (end == start) {
      throw Refusal.malformed("the target is malformed");
    }
    var path = target.substring(end);
    var origin = path.startsWith("/") ? path : "/" + path;
    return new RequestLine(method, origin, target.substring(start, end));
  }

  private static void version(String version) {
    if (version.equals(VERSION)) {
      return;
    }
    var named = version.length() == VERSION.length() && version.startsWith("HTTP/");
    if (named && digit(version.charAt(5)) && version.charAt(6) == '.' && digit(version.charAt(7))) {
      throw Refusal.versionNotSupported();
    }
    throw Refusal.malformed("the version is malformed");
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }
}
