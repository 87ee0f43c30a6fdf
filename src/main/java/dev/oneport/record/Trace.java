package dev.oneport.record;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call's place in a distributed trace.
 *
 * @param id 32 hexadecimal digits
 * @param span 16 hexadecimal digits; empty if unknown
 */
public record Trace(String id, String span, boolean sampled) {
  /** W3C Trace Context section 3.2. */
  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  /** {@code TRACE/SPAN;o=1}, where the span is a decimal number. */
  private static final Pattern CLOUD =
      Pattern.compile("([0-9a-fA-F]{32})(?:/(\\d{1,20}))?(?:;o=([01]))?");

  /**
   * Reads the trace headers; a malformed header is ignored.
   *
   * @param traceparent empty if there is none
   * @param cloud {@code X-Cloud-Trace-Context}; empty if there is none
   */
  public static Optional<Trace> of(String traceparent, String cloud) {
    if (!traceparent.isEmpty()) {
      var matcher = TRACEPARENT.matcher(traceparent);
      if (matcher.matches()) {
        var sampled = (Integer.parseInt(matcher.group(3), 16) & 1) == 1;
        return Optional.of(new Trace(matcher.group(1), matcher.group(2), sampled));
      }
    }
    if (cloud.isEmpty()) {
      return Optional.empty();
    }
    var matcher = CLOUD.matcher(cloud);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Trace(
            matcher.group(1).toLowerCase(Locale.ROOT),
            span(matcher.group(2)),
            "1".equals(matcher.group(3))));
  }

  private static String span(@Nullable String decimal) {
    try {
      return decimal == null ? "" : "%016x".formatted(Long.parseUnsignedLong(decimal));
    } catch (NumberFormatException e) {
      return "";
    }
  }
}
