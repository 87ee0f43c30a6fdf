package dev.oneport.trace;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call's place in a distributed trace, in numbers: few calls ask for the texts.
 *
 * @param high the first half of the trace's number
 * @param low its second half; the whole is never 0
 * @param spanNumber 0 if unknown
 * @param state the client's {@code tracestate}; empty if there is none
 * @param own whether the span is this server's own, and not its client's
 */
public record Trace(
    long high, long low, long spanNumber, boolean sampled, String state, boolean own) {
  /** The names of the headers, in lower case. */
  public static final String TRACEPARENT_NAME = "traceparent";

  public static final String STATE_NAME = "tracestate";
  public static final String CLOUD_NAME = "x-cloud-trace-context";

  /** What a server should be able to pass on (W3C Trace Context section 3.3.1.5). */
  private static final int LONGEST_STATE = 512;

  /** W3C Trace Context section 3.2; only later versions may have more fields. */
  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  /** {@code TRACE/SPAN;o=1}, where the span is a decimal number. */
  private static final Pattern CLOUD =
      Pattern.compile("(?!0{32})([0-9a-fA-F]{32})(?:/(\\d{1,20}))?(?:;o=([01]))?");

  private static final HexFormat HEX = HexFormat.of();
  private static final int HALF = 16;

  /**
   * A trace from texts.
   *
   * @param id 32 hexadecimal digits
   * @param span 16 hexadecimal digits; empty if unknown
   */
  public Trace(String id, String span, boolean sampled, String state, boolean own) {
    this(
        HexFormat.fromHexDigitsToLong(id, 0, HALF),
        HexFormat.fromHexDigitsToLong(id, HALF, 2 * HALF),
        span.isEmpty() ? 0 : HexFormat.fromHexDigitsToLong(span),
        sampled,
        state,
        own);
  }

  /** A trace without vendors' state, whose span is the client's. */
  public Trace(String id, String span, boolean sampled) {
    this(id, span, sampled, "", false);
  }

  /** The trace's number as 32 hexadecimal digits. */
  public String id() {
    return HEX.toHexDigits(high) + HEX.toHexDigits(low);
  }

  /** The span's number as 16 hexadecimal digits; empty if unknown. */
  public String span() {
    return spanNumber == 0 ? "" : HEX.toHexDigits(spanNumber);
  }

  /** The {@code traceparent} of calls that are made for this one. */
  public String traceparent() {
    return "00-" + id() + "-" + span() + (sampled ? "-01" : "-00");
  }

  /** The same in {@code X-Cloud-Trace-Context}. */
  public String cloud() {
    return id() + "/" + Long.toUnsignedString(spanNumber) + (sampled ? ";o=1" : ";o=0");
  }

  /**
   * Reads the trace headers of a request. A header that is repeated or malformed is ignored, and so
   * is a state that is too long, or without a {@code traceparent}.
   *
   * @param headers gives all values of a header, by its name in lower case
   */
  public static Optional<Trace> of(Function<String, List<String>> headers) {
    var parent = only(headers.apply(TRACEPARENT_NAME));
    var trace = of(parent, only(headers.apply(CLOUD_NAME)));
    if (trace.isEmpty() || !parent.startsWith(trace.get().id(), 3)) {
      return trace;
    }
    var state = String.join(",", headers.apply(STATE_NAME));
    return state.isEmpty() || state.length() > LONGEST_STATE
        ? trace
        : Optional.of(trace.get().with(state));
  }

  private static String only(List<String> values) {
    return values.size() == 1 ? values.getFirst() : "";
  }

  private Trace with(String state) {
    return new Trace(high, low, spanNumber, sampled, state, own);
  }

  /**
   * Reads the trace headers; a malformed header is ignored.
   *
   * @param traceparent empty if there is none
   * @param cloud {@code X-Cloud-Trace-Context}; empty if there is none
   */
  public static Optional<Trace> of(String traceparent, String cloud) {
    if (!traceparent.isEmpty()) {
      var matcher = TRACEPARENT.matcher(traceparent);
      if (matcher.matches() && (matcher.group(4) == null || !traceparent.startsWith("00"))) {
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
        new Trace(matcher.group(1), span(matcher.group(2)), "1".equals(matcher.group(3))));
  }

  private static String span(@Nullable String decimal) {
    try {
      long span = decimal == null ? 0 : Long.parseUnsignedLong(decimal);
      return span == 0 ? "" : HEX.toHexDigits(span);
    } catch (NumberFormatException e) {
      return "";
    }
  }
}
