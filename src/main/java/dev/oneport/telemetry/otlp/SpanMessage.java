package dev.oneport.telemetry.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Writes a call's span as OTLP's {@code trace.proto} and {@code common.proto} define it, whose
 * field numbers these are: once, and as soon as the call has ended. The SDK's processor would keep
 * the call's objects for some seconds, in which garbage collection copies them several times: a
 * profile showed that this cost more than all the rest of telemetry.
 */
final class SpanMessage {
  private static final int KIND_SERVER = 2;
  private static final int HAS_IS_REMOTE = 0x100;
  private static final int IS_REMOTE = 0x200;

  private final ProtoBytes out = new ProtoBytes();

  private SpanMessage() {}

  /** The process that the spans come from. */
  static ProtoBytes resource(Attributes attributes) {
    var message = new SpanMessage();
    message.attributes(1, attributes);
    return message.out;
  }

  /** What makes the spans. */
  static ProtoBytes scope(String name, String version) {
    var scope = new ProtoBytes();
    scope.text(1, name);
    scope.text(2, version);
    return scope;
  }

  /**
   * The message.
   *
   * @param attributes instead of those of the data
   */
  static ProtoBytes of(SpanData data, Attributes attributes) {
    var message = new SpanMessage();
    message.span(data, attributes);
    return message.out;
  }

  private void span(SpanData data, Attributes attributes) {
    var own = data.getSpanContext();
    var parent = data.getParentSpanContext();
    out.bytes(1, own.getTraceIdBytes());
    out.bytes(2, own.getSpanIdBytes());
    state(3, own.getTraceState());
    if (parent.isValid()) {
      out.bytes(4, parent.getSpanIdBytes());
    }
    text(5, data.getName());
    out.number(6, KIND_SERVER);
    out.fixed64(7, data.getStartEpochNanos());
    out.fixed64(8, data.getEndEpochNanos());
    attributes(9, attributes);
    count(10, data.getTotalAttributeCount() - data.getAttributes().size());
    data.getEvents().forEach(this::event);
    count(12, data.getTotalRecordedEvents() - data.getEvents().size());
    data.getLinks().forEach(this::link);
    count(14, data.getTotalRecordedLinks() - data.getLinks().size());
    status(data.getStatus());
    out.fixed32(16, flags(own, parent));
  }

  private void event(EventData event) {
    int start = out.begin(11);
    out.fixed64(1, event.getEpochNanos());
    text(2, event.getName());
    attributes(3, event.getAttributes());
    count(4, event.getDroppedAttributesCount());
    out.end(start);
  }

  private void link(LinkData link) {
    var other = link.getSpanContext();
    int start = out.begin(13);
    out.bytes(1, other.getTraceIdBytes());
    out.bytes(2, other.getSpanIdBytes());
    state(3, other.getTraceState());
    attributes(4, link.getAttributes());
    count(5, link.getTotalAttributeCount() - link.getAttributes().size());
    out.fixed32(6, flags(other, other));
    out.end(start);
  }

  private void status(StatusData status) {
    int start = out.begin(15);
    text(2, status.getDescription());
    count(
        3,
        switch (status.getStatusCode()) {
          case UNSET -> 0;
          case OK -> 1;
          case ERROR -> 2;
        });
    out.end(start);
  }

  private static int flags(SpanContext own, SpanContext remote) {
    return (own.getTraceFlags().asByte() & 0xFF)
        | HAS_IS_REMOTE
        | (remote.isRemote() ? IS_REMOTE : 0);
  }

  private void state(int field, TraceState state) {
    if (!state.isEmpty()) {
      var pairs = new StringJoiner(",");
      state.forEach((key, value) -> pairs.add(key + "=" + value));
      out.text(field, pairs.toString());
    }
  }

  private void text(int field, String text) {
    if (!text.isEmpty()) {
      out.text(field, text);
    }
  }

  private void count(int field, int count) {
    if (count > 0) {
      out.number(field, count);
    }
  }

  private void attributes(int field, Attributes attributes) {
    attributes.forEach((key, value) -> pair(field, key.getKey(), value));
  }

  private void pair(int field, String key, @Nullable Object value) {
    int start = out.begin(field);
    out.text(1, key);
    value(2, value);
    out.end(start);
  }

  /** Any value that a handler can give an attribute; null is an empty value. */
  private void value(int field, @Nullable Object value) {
    int start = out.begin(field);
    switch (value instanceof Value<?> wrapped ? wrapped.getValue() : value) {
      case String text -> out.text(1, text);
      case Boolean flag -> out.number(2, flag ? 1 : 0);
      case Long number -> out.number(3, number);
      case Double number -> out.fixed64(4, Double.doubleToRawLongBits(number));
      case List<?> values ->
          values(values, value instanceof Value<?> it && it.getType() == ValueType.KEY_VALUE_LIST);
      case ByteBuffer bytes -> out.bytes(7, copy(bytes.duplicate()));
      case null, default -> {}
    }
    out.end(start);
  }

  private static byte[] copy(ByteBuffer bytes) {
    var copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }

  private void values(List<?> values, boolean pairs) {
    int start = out.begin(pairs ? 6 : 5);
    for (var value : values) {
      if (value instanceof KeyValue pair) {
        pair(1, pair.getKey(), pair.getValue());
      } else {
        value(1, value);
      }
    }
    out.end(start);
  }
}
