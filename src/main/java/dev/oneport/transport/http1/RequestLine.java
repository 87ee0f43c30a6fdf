package dev.oneport.transport.http1;

import java.util.Arrays;
import java.util.Locale;

/**
 * The request line (RFC 9112 section 3), checked.
 *
 * @param head whether the method is HEAD
 * @param authority the authority of a target in absolute form, empty for others
 * @param rewritten the line with its target in origin form, empty if that is how it came
 */
record RequestLine(boolean head, String authority, String rewritten) {
  private static final byte[] VERSION = {' ', 'H', 'T', 'T', 'P', '/', '1', '.', '1'};
  private static final RequestLine HEAD = new RequestLine(true, "", "");
  private static final RequestLine OTHER = new RequestLine(false, "", "");

  /** Parses the line that the bytes begin with and that ends, without its CRLF, at the index. */
  static RequestLine parse(byte[] bytes, int end) {
    var methodEnd = Ascii.endOfToken(bytes, 0, end);
    if (methodEnd == 0 || methodEnd == end || bytes[methodEnd] != ' ') {
      throw Refusal.malformed("the method is malformed");
    }
    if (Ascii.lowerCase(bytes, 0, methodEnd)) {
      // Helidon would take it for the method in capitals, and no one else does (RFC 9110 9.1).
      throw Refusal.malformed("the method is not in capitals");
    }
    var targetEnd = methodEnd + 1;
    while (targetEnd < end && bytes[targetEnd] != ' ') {
      targetEnd++;
    }
    version(bytes, targetEnd, end);
    if (!Ascii.target(bytes, methodEnd + 1, targetEnd)) {
      throw Refusal.malformed("the target is malformed");
    }
    var originForm = bytes[methodEnd + 1] == '/' && bytes[0] != 'C';
    if (originForm) {
      return methodEnd == 4 && Ascii.named("HEAD", bytes, 0) ? HEAD : OTHER;
    }
    return unusual(Ascii.text(bytes, 0, methodEnd), Ascii.text(bytes, methodEnd + 1, targetEnd));
  }

  private static void version(byte[] bytes, int from, int end) {
    if (Arrays.equals(bytes, from, end, VERSION, 0, VERSION.length)) {
      return;
    }
    throw Ascii.text(bytes, from, end).matches(" HTTP/[0-9]\\.[0-9]")
        ? Refusal.versionNotSupported()
        : Refusal.malformed("the version is malformed");
  }

  private static RequestLine unusual(String method, String target) {
    if (method.equals("CONNECT")) {
      throw Refusal.notImplemented("this server is no proxy");
    }
    if (target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"))) {
      return OTHER;
    }
    var lower = target.toLowerCase(Locale.ROOT);
    var start = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
    var end = Math.max(start, 0);
    while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
      end++;
    }
    if (end <= start || start < 0) {
      throw Refusal.malformed("the target is malformed");
    }
    var path = target.substring(end);
    var origin = path.startsWith("/") ? path : "/" + path;
    return new RequestLine(
        method.equals("HEAD"), target.substring(start, end), method + " " + origin + " HTTP/1.1");
  }
}
