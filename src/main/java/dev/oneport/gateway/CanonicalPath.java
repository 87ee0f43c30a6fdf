package dev.oneport.gateway;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A request's path as rules, forwards and upstreams see it, in the normal form of RFC 3986 section
 * 6.2.2. A path that two parsers could read differently has no normal form.
 *
 * @param text the path; only characters that need it are percent-encoded, with upper-case digits
 * @param segments the segments between its slashes
 */
public record CanonicalPath(String text, List<String> segments) {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String UNRESERVED = "-._~";
  private static final String OTHERS = "!$&'()*+,=:@";

  /** Encoded bytes that some servers decode to a separator or a dot. */
  private static final String CONFUSING = "./\\";

  /** The characters that a path has as they are. */
  private static final boolean[] PLAIN = new boolean[0x80];

  static {
    for (char c = 0; c < PLAIN.length; c++) {
      PLAIN[c] = c == '/' || isUnreserved(c) || OTHERS.indexOf(c) >= 0;
    }
  }

  public CanonicalPath {
    segments = List.copyOf(segments);
  }

  /** The path of a request's target, without its query; empty if it is ambiguous. */
  public static Optional<CanonicalPath> of(String raw) {
    if (!raw.startsWith("/")) {
      return Optional.empty();
    }
    return isPlain(raw) ? ofText(raw) : normalized(raw);
  }

  /** Whether no character is encoded or needs to be. */
  private static boolean isPlain(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c >= PLAIN.length || !PLAIN[c]) {
        return false;
      }
    }
    return true;
  }

  private static Optional<CanonicalPath> normalized(String raw) {
    var text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        int decoded = decoded(raw, i);
        if (decoded < ' ' || decoded == 0x7F || CONFUSING.indexOf(decoded) >= 0) {
          return Optional.empty();
        }
        if (isUnreserved((char) decoded)) {
          text.append((char) decoded);
        } else {
          text.append('%').append(HEX.toHexDigits((byte) decoded));
        }
        i += 2;
      } else if (c < PLAIN.length && PLAIN[c]) {
        text.append(c);
      } else {
        return Optional.empty();
      }
    }
    return isUtf8(text) ? ofText(text.toString()) : Optional.empty();
  }

  /** A path whose characters are in their normal form; empty if its segments are ambiguous. */
  private static Optional<CanonicalPath> ofText(String text) {
    var segments = Arrays.asList(text.substring(1).split("/", -1));
    var ambiguous =
        segments.subList(0, segments.size() - 1).contains("")
            || segments.contains(".")
            || segments.contains("..");
    return ambiguous ? Optional.empty() : Optional.of(new CanonicalPath(text, segments));
  }

  /** A segment without percent-encoding. */
  String decoded(int segment) {
    var text = segments.get(segment);
    if (text.indexOf('%') < 0) {
      return text;
    }
    var bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.put((byte) decoded(text, i));
        i += 2;
      } else {
        bytes.put((byte) text.charAt(i));
      }
    }
    return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
  }

  /** The byte that three characters encode; negative if they are not an encoding. */
  private static int decoded(String raw, int at) {
    if (at + 2 >= raw.length()) {
      return -1;
    }
    int high = hex(raw.charAt(at + 1));
    int low = hex(raw.charAt(at + 2));
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  private static int hex(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  private static boolean isUnreserved(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || UNRESERVED.indexOf(c) >= 0;
  }

  private static boolean isUtf8(CharSequence text) {
    var bytes = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.put((byte) (hex(text.charAt(i + 1)) << 4 | hex(text.charAt(i + 2))));
        i += 2;
      } else {
        bytes.put((byte) c);
      }
    }
    try {
      var _ = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip());
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
