package dev.oneport.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How some other parser divides the bytes of an HTTP/1.1 connection into messages. Where two of
 * these see different messages in the same bytes, something can be smuggled between them.
 *
 * @param bareLf a line feed alone ends a line too
 * @param lengthWins a length counts if there is a transfer coding too
 * @param lastLength of several lengths the last one counts
 * @param trims a name may have blanks and control characters around it
 * @param anyCoding each coding that contains {@code chunked} means chunked
 */
public record Dialect(
    boolean bareLf, boolean lengthWins, boolean lastLength, boolean trims, boolean anyCoding) {
  /** All of them. */
  public static Stream<Dialect> all() {
    return IntStream.range(0, 32)
        .mapToObj(
            bits ->
                new Dialect(
                    (bits & 1) != 0,
                    (bits & 2) != 0,
                    (bits & 4) != 0,
                    (bits & 8) != 0,
                    (bits & 16) != 0));
  }

  /** The first lines of the messages in these bytes, one character a byte. */
  public List<String> messages(String bytes) {
    var found = new ArrayList<String>();
    int at = 0;
    while (at < bytes.length()) {
      var lines = new ArrayList<String>();
      at = head(bytes, at, lines);
      if (at < 0) {
        break;
      }
      found.add(lines.getFirst());
      at = end(bytes, at, lines);
    }
    return found;
  }

  /** Reads a head, after blank lines; the place behind it, or -1 if it is not complete. */
  private int head(String bytes, int start, List<String> lines) {
    int at = start;
    while (true) {
      int end = lineEnd(bytes, at);
      if (end < 0) {
        return -1;
      }
      var line = bytes.substring(at, end).stripTrailing();
      at = end;
      if (!line.isEmpty()) {
        lines.add(line);
      } else if (!lines.isEmpty()) {
        return at;
      }
    }
  }

  private int lineEnd(String bytes, int at) {
    int end = bytes.indexOf(bareLf ? "\n" : "\r\n", at);
    return end < 0 ? -1 : end + (bareLf ? 1 : 2);
  }

  private int end(String bytes, int at, List<String> lines) {
    var lengths = values(lines, "content-length");
    var codings = values(lines, "transfer-encoding");
    var chunked =
        codings.stream().anyMatch(it -> anyCoding ? it.contains("chunked") : it.equals("chunked"));
    if (chunked && !(lengthWins && !lengths.isEmpty())) {
      return chunks(bytes, at);
    }
    if (lengths.isEmpty()) {
      return at;
    }
    var length = lastLength ? lengths.getLast() : lengths.getFirst();
    return (int) Math.min(bytes.length(), at + number(length, 10));
  }

  private List<String> values(List<String> lines, String name) {
    return lines.stream()
        .skip(1)
        .map(line -> line.toLowerCase(Locale.ROOT).split(":", 2))
        .filter(parts -> parts.length == 2 && (trims ? parts[0].trim() : parts[0]).equals(name))
        .map(parts -> parts[1].trim())
        .toList();
  }

  private int chunks(String bytes, int start) {
    int at = start;
    while (true) {
      int end = lineEnd(bytes, at);
      if (end < 0) {
        return bytes.length();
      }
      long size = number(bytes.substring(at, end), 16);
      if (size == 0) {
        return trailers(bytes, end);
      }
      at = lineEnd(bytes, (int) Math.min(bytes.length(), end + size));
      if (at < 0) {
        return bytes.length();
      }
    }
  }

  private int trailers(String bytes, int start) {
    int at = start;
    while (true) {
      int end = lineEnd(bytes, at);
      if (end < 0 || bytes.substring(at, end).isBlank()) {
        return end < 0 ? bytes.length() : end;
      }
      at = end;
    }
  }

  /** The digits at its beginning, as C's strtol takes them. */
  private static long number(String text, int base) {
    long value = 0;
    for (char each : text.strip().toCharArray()) {
      int digit = Character.digit(each, base);
      if (digit < 0 || value > 1 << 24) {
        break;
      }
      value = value * base + digit;
    }
    return value;
  }
}
