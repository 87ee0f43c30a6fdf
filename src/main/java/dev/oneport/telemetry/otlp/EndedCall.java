package dev.oneport.telemetry.otlp;

import dev.oneport.record.CallRecord;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.InstrumentationLibraryInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.jspecify.annotations.Nullable;

/**
 * The span of a call that has ended, and waits to be sent. Its attributes are put together from the
 * call's record by the thread that sends it: the call does not wait for that, and what waits is
 * small.
 *
 * @param span has what a handler added
 */
record EndedCall(ReadableSpan span, ServerAddress server, CallRecord call) implements ReadableSpan {
  @Override
  public SpanData toSpanData() {
    var data = span.toSpanData();
    return new CallData(data, attributes(data.getAttributes()));
  }

  /** What a handler set takes precedence over what was known at the beginning. */
  private Attributes attributes(Attributes added) {
    var begin = new FlatAttributes();
    CallAttributes.begin(begin, call.route(), call.request(), server);
    if (added.isEmpty()) {
      CallAttributes.end(begin, call);
      return begin;
    }
    var end = new FlatAttributes();
    CallAttributes.end(end, call);
    return Attributes.builder().putAll(begin).putAll(added).putAll(end).build();
  }

  private static final class CallData extends DelegatingSpanData {
    private final Attributes attributes;
    private final int dropped;

    CallData(SpanData data, Attributes attributes) {
      super(data);
      this.attributes = attributes;
      this.dropped = data.getTotalAttributeCount() - data.getAttributes().size();
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }

    @Override
    public int getTotalAttributeCount() {
      return attributes.size() + dropped;
    }
  }

  @Override
  public SpanContext getSpanContext() {
    return span.getSpanContext();
  }

  @Override
  public SpanContext getParentSpanContext() {
    return span.getParentSpanContext();
  }

  @Override
  public String getName() {
    return span.getName();
  }

  @Override
  public SpanKind getKind() {
    return span.getKind();
  }

  @Override
  public boolean hasEnded() {
    return span.hasEnded();
  }

  @Override
  public long getLatencyNanos() {
    return span.getLatencyNanos();
  }

  @Override
  public <T> @Nullable T getAttribute(AttributeKey<T> key) {
    return getAttributes().get(key);
  }

  @Override
  public Attributes getAttributes() {
    return attributes(span.getAttributes());
  }

  @Override
  public InstrumentationScopeInfo getInstrumentationScopeInfo() {
    return span.getInstrumentationScopeInfo();
  }

  @Deprecated
  @Override
  public InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
    return span.getInstrumentationLibraryInfo();
  }
}
