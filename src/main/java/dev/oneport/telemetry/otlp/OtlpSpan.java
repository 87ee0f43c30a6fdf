package dev.oneport.telemetry.otlp;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.oneport.api.Reason;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallSpan;
import dev.oneport.trace.Trace;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadableSpan;
import java.util.Locale;
import java.util.Optional;

/** A call as a span of OpenTelemetry. */
final class OtlpSpan implements CallSpan {
  private static final AttributeKey<String> DIRECTION = stringKey("oneport.message.direction");
  private static final AttributeKey<Long> NUMBER = longKey("oneport.message.number");
  private static final AttributeKey<Long> SIZE = longKey("oneport.message.size");

  private final Span span;
  private final Context context;
  private final Optional<Trace> trace;
  private final ServerAddress server;
  private final SpanQueue queue;

  OtlpSpan(Span span, String state, ServerAddress server, SpanQueue queue) {
    this.span = span;
    this.server = server;
    this.queue = queue;
    this.context = Context.root().with(span);
    var own = span.getSpanContext();
    this.trace =
        Optional.of(new Trace(own.getTraceId(), own.getSpanId(), own.isSampled(), state, true));
  }

  @Override
  public Optional<Trace> trace() {
    return trace;
  }

  /** The caller closes the scope. */
  @Override
  @SuppressWarnings("MustBeClosedChecker")
  public Scope enter() {
    return context.makeCurrent()::close;
  }

  @Override
  public boolean recording() {
    return span.isRecording();
  }

  /** The first, second, fourth, eighth and so on: a long stream has few events. */
  @Override
  public void message(Direction direction, long number, long bytes) {
    if (Long.bitCount(number) == 1 && span.isRecording()) {
      span.addEvent(
          "oneport.message",
          Attributes.of(
              DIRECTION, direction.name().toLowerCase(Locale.ROOT), NUMBER, number, SIZE, bytes));
    }
  }

  @Override
  public void cutOff(Reason reason) {
    span.addEvent("oneport.lease.ended", Attributes.of(CallAttributes.REASON, reason.name()));
  }

  /** A handler may have ended the span already; it is sent when the call has ended. */
  @Override
  public void end(CallRecord call) {
    if (CallAttributes.error(call).isPresent()) {
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
    if (span instanceof ReadableSpan ended) {
      queue.add(new EndedCall(ended.toSpanData(), server, call));
    }
  }
}
