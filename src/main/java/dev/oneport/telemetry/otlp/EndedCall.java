package dev.oneport.telemetry.otlp;

import dev.oneport.record.CallRecord;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * The span of a call that has ended.
 *
 * @param span has what a handler added
 */
record EndedCall(SpanData span, ServerAddress server, CallRecord call) {
  /** The span as it is sent. */
  ProtoBytes message() {
    return SpanMessage.of(span, attributes());
  }

  /** What a handler set takes precedence over what was known at the beginning. */
  Attributes attributes() {
    var begin = new FlatAttributes();
    CallAttributes.begin(begin, call.route(), call.request(), server);
    if (span.getAttributes().isEmpty()) {
      CallAttributes.end(begin, call);
      return begin;
    }
    var end = new FlatAttributes();
    CallAttributes.end(end, call);
    return Attributes.builder().putAll(begin).putAll(span.getAttributes()).putAll(end).build();
  }
}
