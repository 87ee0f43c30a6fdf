package dev.oneport.transport.http1;

import dev.oneport.transport.RequestSyntax;
import java.util.Locale;

/**
 * The request line (RFC 9112 section 3), checked.
 *
 * @param head whether the method is HEAD
 * @param http10 whether the version is HTTP/1.0
 * @param authority the authority of a target in absolute form; empty for other forms
 * @param rewritten the line as HTTP/1.1 with its target in origin form; empty if it is unchanged
 */
record RequestLine(boolean head, boolean http10, String authority, String rewritten) {
  private static final String VERSION = " HTTP/1.";
  private static final RequestLine HEAD = new RequestLine(true, false, "", "");
  private static final RequestLine OTHER = new RequestLine(false, false, "", "");

  /** Parses the line from the first byte to the index, without its CRLF. */
  static RequestLine parse(byte[] bytes, int end) {
    var methodEnd = Ascii.endOfToken(bytes, 0, end);
    if (methodEnd == 0 || methodEnd == end || bytes[methodEnd] != ' ') {
      throw Refusal.malformed("the method is malformed");
    }
    var method = Ascii.text(bytes, 0, methodEnd);
    if (!RequestSyntax.isMethod(method)) {
      throw Refusal.malformed("the method is not in capitals");
    }
    var targetEnd = methodEnd + 1;
    while (targetEnd < end && bytes[targetEnd] != ' ') {
      targetEnd++;
    }
    var minor = minorVersion(bytes, targetEnd, end);
    if (method.equals("CONNECT")) {
      throw Refusal.notImplemented("this server is not a proxy");
    }
    var target = Ascii.text(bytes, methodEnd + 1, targetEnd);
    var path = target.startsWith("/") ? 0 : endOfAuthority(target);
    return of(method, minor, target, path);
  }

  private static RequestLine of(String method, int minor, String target, int path) {
    var origin = target.substring(path);
    if (path > 0 && !origin.startsWith("/")) {
      origin = (method.equals("OPTIONS") && origin.isEmpty() ? "*" : "/") + origin;
    }
    String routed;
    try {
      routed = RequestSyntax.canonicalTarget(method, origin);
    } catch (IllegalArgumentException _) {
      throw Refusal.malformed("the target is malformed");
    }
    var head = method.equals("HEAD");
    if (minor == 1 && routed.equals(target)) {
      return head ? HEAD : OTHER;
    }
    var authority = path == 0 ? "" : target.substring(target.indexOf("://") + 3, path);
    return new RequestLine(head, minor == 0, authority, method + " " + routed + " HTTP/1.1");
  }

  /** Accepts higher minor versions, which are served as HTTP/1.1 (RFC 9110 section 2.5). */
  private static int minorVersion(byte[] bytes, int from, int end) {
    var minor = bytes[end - 1] - '0';
    if (end - from == VERSION.length() + 1 && minor >= 0 && minor <= 9) {
      if (matches(VERSION, bytes, from)) {
        return minor;
      }
      if (Ascii.text(bytes, from, end).matches(" HTTP/[0-9]\\.[0-9]")) {
        throw Refusal.versionNotSupported();
      }
    }
    throw Refusal.malformed("the version is malformed");
  }

  private static boolean matches(String text, byte[] bytes, int from) {
    for (var i = 0; i < text.length(); i++) {
      if (bytes[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The index of the path in a target in absolute form; 0 in other forms. */
  private static int endOfAuthority(String target) {
    var lower = target.toLowerCase(Locale.ROOT);
    var start = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : 0;
    var end = start;
    while (start > 0 && end < target.length() && "/?".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    if (start > 0 && !RequestSyntax.isAuthority(target.substring(start, end))) {
      throw Refusal.malformed("the target is malformed");
    }
    return end;
  }
}
