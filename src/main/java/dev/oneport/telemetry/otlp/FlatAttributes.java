package dev.oneport.telemetry.otlp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Attributes in the order in which they were put, each key once. OpenTelemetry's own are sorted or
 * hashed, which costs more than all the rest of a span.
 */
final class FlatAttributes implements Attributes {
  /** The longest text; more cannot be told from a request in good faith. */
  static final int LONGEST_TEXT = 1024;

  private static final int USUAL = 20;

  private final List<AttributeKey<?>> keys = new ArrayList<>(USUAL);
  private final List<Object> values = new ArrayList<>(USUAL);

  /** Adds a text, cut after 1024 characters, unless it is empty. */
  void put(AttributeKey<String> key, String value) {
    if (!value.isEmpty()) {
      keys.add(key);
      values.add(value.length() > LONGEST_TEXT ? value.substring(0, LONGEST_TEXT) : value);
    }
  }

  void put(AttributeKey<Long> key, long value) {
    keys.add(key);
    values.add(value);
  }

  @Override
  public void forEach(BiConsumer<? super AttributeKey<?>, ? super Object> consumer) {
    for (int i = 0; i < keys.size(); i++) {
      consumer.accept(keys.get(i), values.get(i));
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> @Nullable T get(AttributeKey<T> key) {
    int at = keys.indexOf(key);
    return at < 0 ? null : (T) values.get(at);
  }

  @Override
  public int size() {
    return keys.size();
  }

  @Override
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  @Override
  public Map<AttributeKey<?>, Object> asMap() {
    return toBuilder().build().asMap();
  }

  @Override
  public AttributesBuilder toBuilder() {
    return Attributes.builder().putAll(this);
  }
}
