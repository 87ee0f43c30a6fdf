package dev.oneport.identity;

import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The values of claims as handlers and conditions get them: plain Java, without {@code null}. */
final class ClaimValue {
  private ClaimValue() {}

  /** Converts a value; empty for {@code null}. */
  static Optional<Object> of(JsonValue value) {
    return switch (value) {
      case JsonString text -> Optional.of(text.getString());
      case JsonNumber number -> Optional.of(number(number));
      case JsonArray items -> Optional.of(list(items));
      case JsonObject members -> Optional.of(map(members));
      default ->
          value.equals(JsonValue.NULL)
              ? Optional.empty()
              : Optional.of(value.equals(JsonValue.TRUE));
    };
  }

  /** Converts items, without those that are {@code null}. */
  static List<Object> list(List<? extends JsonValue> items) {
    return items.stream().flatMap(item -> of(item).stream()).toList();
  }

  private static Map<String, Object> map(JsonObject members) {
    var map = new LinkedHashMap<String, Object>();
    members.forEach((name, value) -> of(value).ifPresent(it -> map.put(name, it)));
    return map;
  }

  /** A {@code Long} where the number is one, such as 5 and 5.0; otherwise a {@code Double}. */
  private static Object number(JsonNumber number) {
    try {
      return number.bigDecimalValue().longValueExact();
    } catch (ArithmeticException _) {
      return number.doubleValue();
    }
  }
}
