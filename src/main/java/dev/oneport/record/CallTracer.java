package dev.oneport.record;

import dev.oneport.api.Route;
import dev.oneport.record.CallRecord.Request;
import java.util.function.Supplier;

/** Begins the span of each call. */
@FunctionalInterface
public interface CallTracer {
  /** Makes no spans: a call keeps its client's place in the trace. */
  CallTracer NONE = (_, request, _) -> CallSpan.of(request.trace());

  /**
   * Begins the span of a call.
   *
   * @param origin this server's origin as the client sees it, such as {@code https://example.com};
   *     empty if unknown
   */
  CallSpan begin(Route route, Request request, Supplier<String> origin);
}
