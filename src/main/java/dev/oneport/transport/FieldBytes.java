package dev.oneport.transport;

import io.helidon.common.GenericType;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.mapper.Value;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.WritableHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps the bytes of field values beyond ASCII (obs-text, RFC 9110 section 5.5), such as those of a
 * file's name, which are read as Latin-1. Helidon 4.5.0 writes question marks instead.
 */
public final class FieldBytes {
  private static final char LAST_OF_ASCII = 0x7F;

  private FieldBytes() {}

  /** Prepares fields for being written in HTTP/1.1. */
  public static void keep(WritableHeaders<?> headers) {
    List<Header> beyond = List.of();
    for (var header : headers) {
      if (!isAscii(header)) {
        beyond = beyond.isEmpty() ? new ArrayList<>() : beyond;
        beyond.add(header);
      }
    }
    beyond.forEach(header -> headers.set(new Latin(header)));
  }

  private static boolean isAscii(Header header) {
    if (header.valueCount() == 1) {
      return isAscii(header.get());
    }
    return header.allValues().stream().allMatch(FieldBytes::isAscii);
  }

  private static boolean isAscii(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) > LAST_OF_ASCII) {
        return false;
      }
    }
    return true;
  }

  /** A field that is written as Latin-1. */
  private record Latin(Header field) implements Header {
    @Override
    public void writeHttp1Header(BufferData buffer) {
      for (var value : field.allValues()) {
        var line = field.name() + ": " + value + "\r\n";
        buffer.write(line.getBytes(StandardCharsets.ISO_8859_1));
      }
    }

    @Override
    public byte[] valueBytes() {
      return field.get().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String name() {
      return field.name();
    }

    @Override
    public HeaderName headerName() {
      return field.headerName();
    }

    @Override
    public List<String> allValues() {
      return field.allValues();
    }

    @Override
    public int valueCount() {
      return field.valueCount();
    }

    @Override
    public boolean sensitive() {
      return field.sensitive();
    }

    @Override
    public boolean changing() {
      return field.changing();
    }

    @Override
    public String get() {
      return field.get();
    }

    @Override
    public <N> Value<N> as(Class<N> type) {
      return field.as(type);
    }

    @Override
    public <N> Value<N> as(GenericType<N> type) {
      return field.as(type);
    }

    @Override
    public <N> Value<N> as(Function<? super String, ? extends N> mapper) {
      return field.as(mapper);
    }

    @Override
    public Optional<String> asOptional() {
      return field.asOptional();
    }

    @Override
    public Value<Boolean> asBoolean() {
      return field.asBoolean();
    }

    @Override
    public Value<String> asString() {
      return field.asString();
    }

    @Override
    public Value<Integer> asInt() {
      return field.asInt();
    }

    @Override
    public Value<Long> asLong() {
      return field.asLong();
    }

    @Override
    public Value<Double> asDouble() {
      return field.asDouble();
    }
  }
}
