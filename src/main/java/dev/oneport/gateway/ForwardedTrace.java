package dev.oneport.gateway;

import dev.oneport.trace.CurrentTrace;
import dev.oneport.trace.Trace;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The trace headers of a forwarded call. Without telemetry the client's pass unchanged; with it the
 * upstream continues this server's span.
 *
 * @param own this server's span of the call
 */
record ForwardedTrace(Optional<Trace> own) {
  /** That of the current thread's call. */
  static ForwardedTrace current() {
    return new ForwardedTrace(CurrentTrace.own());
  }

  /** Whether the client's field is dropped. */
  boolean removes(String lower) {
    return own.isPresent()
        && switch (lower) {
          case Trace.TRACEPARENT_NAME, Trace.CLOUD_NAME -> true;
          case Trace.STATE_NAME -> own.get().state().isEmpty();
          default -> false;
        };
  }

  /**
   * The fields that the upstream gets, by their names in lower case.
   *
   * @param sent whether the client sent a field; Google's own is written only in its place
   */
  Map<String, String> fields(Predicate<String> sent) {
    var fields = new LinkedHashMap<String, String>();
    own.ifPresent(
        trace -> {
          fields.put(Trace.TRACEPARENT_NAME, trace.traceparent());
          if (sent.test(Trace.CLOUD_NAME)) {
            fields.put(Trace.CLOUD_NAME, trace.cloud());
          }
        });
    return fields;
  }
}
