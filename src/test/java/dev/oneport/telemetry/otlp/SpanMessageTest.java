package dev.oneport.telemetry.otlp;

import static io.opentelemetry.api.common.AttributeKey.booleanArrayKey;
import static io.opentelemetry.api.common.AttributeKey.doubleArrayKey;
import static io.opentelemetry.api.common.AttributeKey.longArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.valueKey;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A collector reads in the message of a span what it would read in the SDK's. */
final class SpanMessageTest {
  private static final Resource RESOURCE =
      Resource.getDefault().merge(Resource.create(Attributes.builder().put("k", "v").build()));

  private static final SpanContext OTHER =
      SpanContext.createFromRemoteParent(
          "0af7651916cd43dd8448eb211c80319c",
          "b7ad6b7169203331",
          TraceFlags.getSampled(),
          TraceState.builder().put("vendor", "1").put("another", "two words").build());

  /** What a handler does with its span. */
  record Row(String name, Context parent, Consumer<Span> handler) {
    Row(String name, Consumer<Span> handler) {
      this(name, Context.root(), handler);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row("nothing", _ -> {}),
        new Row("a parent", Context.root().with(Span.wrap(OTHER)), _ -> {}),
        new Row("a name", span -> span.updateName("n\u00e4me \ud83d\ude00")),
        new Row("an empty name", span -> span.updateName("")),
        new Row("a text", span -> span.setAttribute("key", "text")),
        new Row("a long text", span -> span.setAttribute("k".repeat(200), "\u00e4".repeat(300))),
        new Row("an empty text", span -> span.setAttribute("key", "")),
        new Row("truth", span -> span.setAttribute("yes", true).setAttribute("no", false)),
        new Row("zero", span -> span.setAttribute("key", 0)),
        new Row("the least number", span -> span.setAttribute("key", Long.MIN_VALUE)),
        new Row("the largest number", span -> span.setAttribute("key", Long.MAX_VALUE)),
        new Row("a fraction", span -> span.setAttribute("key", -0.1)),
        new Row("no number", span -> span.setAttribute("key", Double.NaN)),
        new Row(
            "texts", span -> span.setAttribute(stringArrayKey("k"), List.of("a", "", "\u00e4"))),
        new Row("no texts", span -> span.setAttribute(stringArrayKey("k"), List.of())),
        new Row("truths", span -> span.setAttribute(booleanArrayKey("k"), List.of(true, false))),
        new Row("numbers", span -> span.setAttribute(longArrayKey("k"), List.of(1L, -1L, 128L))),
        new Row("fractions", span -> span.setAttribute(doubleArrayKey("k"), List.of(0.0, 1e300))),
        new Row("a value", span -> span.setAttribute(valueKey("k"), Value.of("x"))),
        new Row("bytes", span -> span.setAttribute(valueKey("k"), Value.of(new byte[] {0, -1}))),
        new Row("an empty value", span -> span.setAttribute(valueKey("k"), Value.empty())),
        new Row("no pairs", span -> span.setAttribute(valueKey("k"), Value.of(Map.of()))),
        new Row(
            "nested values",
            span ->
                span.setAttribute(
                    valueKey("k"),
                    Value.of(
                        Value.of(1),
                        Value.of(
                            KeyValue.of("a", Value.of(true)),
                            KeyValue.of("b", Value.of(Value.of(2.5), Value.empty())))))),
        new Row(
            "more than is kept",
            span -> {
              for (int i = 0; i < 8; i++) {
                span.setAttribute("key" + i, i).addEvent("event" + i).addLink(OTHER);
              }
            }),
        new Row(
            "an event",
            span -> span.addEvent("event", Attributes.builder().put("a", 1).put("b", "c").build())),
        new Row(
            "a link",
            span -> span.addLink(OTHER, Attributes.builder().put("a", 1).put("b", "c").build())),
        new Row("a success", span -> span.setStatus(StatusCode.OK)),
        new Row("a failure", span -> span.setStatus(StatusCode.ERROR, "why")));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void itIsThatOfTheSdk(Row row) throws IOException {
    var span = span(row);
    var batch =
        new SpanBatch(
            SpanMessage.resource(RESOURCE.getAttributes()), SpanMessage.scope("scope", "1.0"));
    batch.add(SpanMessage.of(span, span.getAttributes()));
    batch.add(SpanMessage.of(span, span.getAttributes()));
    batch.end();
    var ours = bytes(batch);
    assertEquals(sdk(List.of(span, span)), read(ours));
    // Each length is written in as few bytes as the format allows.
    assertArrayEquals(read(ours).toByteArray(), ours);
    assertEquals(2, batch.count());
  }

  private static SpanData span(Row row) {
    var limits =
        SpanLimits.builder()
            .setMaxNumberOfAttributes(4)
            .setMaxNumberOfEvents(4)
            .setMaxNumberOfLinks(4)
            .build();
    try (var provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(SentWithRecord.INSTANCE)
            .setResource(RESOURCE)
            .setSpanLimits(limits)
            .build()) {
      var span =
          provider
              .get("scope", "1.0")
              .spanBuilder("name")
              .setParent(row.parent())
              .setSpanKind(SpanKind.SERVER)
              .startSpan();
      row.handler().accept(span);
      span.end();
      return ((ReadableSpan) span).toSpanData();
    }
  }

  private static byte[] bytes(SpanBatch batch) throws IOException {
    var bytes = new ByteArrayOutputStream();
    batch.writeMessage(bytes);
    assertEquals(batch.getContentLength(), bytes.size());
    return bytes.toByteArray();
  }

  private static ExportTraceServiceRequest sdk(List<SpanData> spans) throws IOException {
    var bytes = new ByteArrayOutputStream();
    TraceRequestMarshaler.create(spans).writeBinaryTo(bytes);
    return read(bytes.toByteArray());
  }

  private static ExportTraceServiceRequest read(byte[] bytes)
      throws InvalidProtocolBufferException {
    return ExportTraceServiceRequest.parseFrom(bytes);
  }
}
