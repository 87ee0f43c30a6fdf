package dev.oneport.telemetry.otlp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.telemetry.Sampling;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingDecision;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The share of traces is as configured, and the SDK's sampler agrees about each of them. */
final class TraceNumbersTest {
  private static final int TRACES = 20_000;

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-9, 0.1, 0.5, 0.999, 1})
  void theSdkAgrees(double ratio) {
    var numbers = new TraceNumbers(new Sampling(true, ratio));
    var sampler = Sampler.traceIdRatioBased(ratio);
    var unsampled = 0;
    for (var i = 0; i < TRACES; i++) {
      var begun = numbers.beginUnsampled();
      begun.ifPresent(
          it -> {
            assertTrue(TraceId.isValid(it.id()), it.id());
            assertTrue(SpanId.isValid(it.span()), it.span());
            assertFalse(it.sampled());
            assertEquals(SamplingDecision.DROP, decision(sampler, it.id()));
          });
      unsampled += begun.isPresent() ? 1 : 0;
      var next = numbers.generateTraceId();
      assertTrue(TraceId.isValid(next), next);
      if (ratio > 0) {
        assertEquals(SamplingDecision.RECORD_AND_SAMPLE, decision(sampler, next));
      }
    }
    // six standard deviations of 0.5
    assertEquals(1 - ratio, (double) unsampled / TRACES, 6 * 0.5 / Math.sqrt(TRACES));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1})
  void numbersDiffer(double ratio) {
    var numbers = new TraceNumbers(new Sampling(true, ratio));
    var traces = IntStream.range(0, TRACES).mapToObj(_ -> numbers.generateTraceId()).distinct();
    assertEquals(TRACES, traces.count());
  }

  private static SamplingDecision decision(Sampler sampler, String trace) {
    return sampler
        .shouldSample(Context.root(), trace, "", SpanKind.SERVER, Attributes.empty(), List.of())
        .getDecision();
  }
}
