package dev.oneport.telemetry.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.trace.Trace;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import java.util.Optional;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What is made only when a handler asks for it is what OpenTelemetry would have made. */
final class UnsampledSpanTest {
  private static final ContextKey<String> KEY = ContextKey.named("key");

  @Property
  void theTextsAreThoseOfOpenTelemetry(
      @ForAll long high, @ForAll long low, @ForAll long span, @ForAll boolean sampled) {
    Assume.that((high != 0 || low != 0) && span != 0);
    var trace = new Trace(high, low, span, sampled, "", true);
    assertEquals(TraceId.fromLongs(high, low), trace.id());
    assertEquals(SpanId.fromLong(span), trace.span());
    assertEquals(trace, new Trace(trace.id(), trace.span(), sampled, "", true));
    assertEquals(
        Optional.of(new Trace(trace.id(), trace.span(), sampled)),
        Trace.of(trace.traceparent(), ""));
    assertEquals(Trace.of(trace.traceparent(), ""), Trace.of("", trace.cloud()));
  }

  @Property
  void theCurrentSpanIsThatOfTheCall(@ForAll long high, @ForAll long low, @ForAll long span) {
    Assume.that((high != 0 || low != 0) && span != 0);
    var trace = new Trace(high, low, span, false, "", true);
    var expected =
        SpanContext.create(
            trace.id(), trace.span(), TraceFlags.getDefault(), TraceState.getDefault());
    try (var _ = new UnsampledSpan(Optional.of(trace)).enter()) {
      assertEquals(expected, Span.current().getSpanContext());
      assertTrue(Span.current().getSpanContext().isValid());
      assertFalse(Span.current().isRecording());
      assertSame(Span.current(), Span.current());
    }
    assertSame(Context.root(), Context.current());
  }

  @Property(tries = 1)
  void otherValuesAndSpansCanBeAddedToTheContext() {
    var trace = new Trace(1, 2, 3, false, "", true);
    try (var _ = new UnsampledSpan(Optional.of(trace)).enter()) {
      var call = Context.current();
      try (var _ = call.with(KEY, "value").makeCurrent()) {
        assertEquals("value", Context.current().get(KEY));
        assertEquals(trace.span(), Span.current().getSpanContext().getSpanId());
      }
      try (var _ = Span.getInvalid().makeCurrent()) {
        assertFalse(Span.current().getSpanContext().isValid());
      }
      assertSame(call, Context.current());
      Context.current()
          .wrap(() -> assertEquals(trace.id(), Span.current().getSpanContext().getTraceId()))
          .run();
    }
    assertSame(Context.root(), Context.current());
  }
}
