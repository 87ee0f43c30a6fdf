package dev.oneport.telemetry.otlp;

import dev.oneport.api.Route;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallSpan;
import dev.oneport.record.CallTracer;
import dev.oneport.trace.Trace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Begins spans. One that is not sampled costs two numbers: no attribute is read for it. */
final class OtlpTracer implements CallTracer {
  private final Tracer tracer;
  private final TraceNumbers numbers;
  private final boolean byParent;
  private final SpanQueue queue;

  /** That of the last span: most clients use the same. */
  private volatile ServerAddress last = ServerAddress.UNKNOWN;

  OtlpTracer(Tracer tracer, TraceNumbers numbers, boolean byParent, SpanQueue queue) {
    this.queue = queue;
    this.tracer = tracer;
    this.numbers = numbers;
    this.byParent = byParent;
  }

  @Override
  public CallSpan begin(Route route, Request request, Supplier<String> origin) {
    var unsampled = unsampled(request.trace());
    return unsampled.isPresent() ? new UnsampledSpan(unsampled) : span(route, request, origin);
  }

  /** Empty if the span is sampled, or only the SDK can tell. */
  private Optional<Trace> unsampled(Optional<Trace> trace) {
    if (trace.isEmpty()) {
      return numbers.beginUnsampled();
    }
    return trace
        .filter(it -> byParent && !it.sampled() && it.state().isEmpty())
        .map(numbers::unsampled);
  }

  private OtlpSpan span(Route route, Request request, Supplier<String> origin) {
    var parent = request.trace().map(OtlpTracer::parent).orElse(Context.root());
    var span =
        tracer
            .spanBuilder(CallAttributes.name(route, request))
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .startSpan();
    var server = span.isRecording() ? server(origin.get()) : ServerAddress.UNKNOWN;
    return new OtlpSpan(span, request.trace().map(Trace::state).orElse(""), server, queue);
  }

  private ServerAddress server(String origin) {
    var known = last;
    if (!known.origin().equals(origin)) {
      known = ServerAddress.of(origin);
      last = known;
    }
    return known;
  }

  private static Context parent(Trace trace) {
    if (!trace.state().isEmpty()) {
      return W3CTraceContextPropagator.getInstance().extract(Context.root(), trace, Fields.ALL);
    }
    // Google's header may name no span; the call belongs to the trace all the same.
    var span = trace.span().isEmpty() ? IdGenerator.random().generateSpanId() : trace.span();
    var flags = trace.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault();
    var context =
        SpanContext.createFromRemoteParent(trace.id(), span, flags, TraceState.getDefault());
    return Context.root().with(Span.wrap(context));
  }

  /** The headers as the propagator asks for them. */
  private enum Fields implements TextMapGetter<Trace> {
    ALL;

    @Override
    public @Nullable String get(@Nullable Trace trace, String key) {
      if (trace == null) {
        return null;
      }
      return switch (key) {
        case Trace.TRACEPARENT_NAME -> trace.traceparent();
        case Trace.STATE_NAME -> trace.state();
        default -> null;
      };
    }
  }
}
