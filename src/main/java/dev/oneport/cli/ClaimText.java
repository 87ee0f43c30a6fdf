package dev.oneport.cli;

import dev.oneport.json.Json;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.List;

/** A claim's value as an operator writes it: {@code true}, {@code 3}, {@code "3"} or a text. */
final class ClaimText {
  private ClaimText() {}

  /** Reads a value: as JSON if it is a JSON scalar, otherwise as a text. */
  static Object of(String text) {
    try (var reader = Json.PROVIDER.createReader(new StringReader(text))) {
      return switch (reader.readValue()) {
        case JsonString quoted -> quoted.getString();
        case JsonNumber number when number.isIntegral() -> number.longValueExact();
        case JsonNumber number -> number.doubleValue();
        case JsonValue value when value.equals(JsonValue.TRUE) -> true;
        case JsonValue value when value.equals(JsonValue.FALSE) -> false;
        default -> text;
      };
    } catch (JsonException | IllegalStateException | ArithmeticException _) {
      return text;
    }
  }

  /** Reads a claim that was given once, or several times for a list. */
  static Object of(List<String> texts) {
    return texts.size() == 1 ? of(texts.getFirst()) : texts.stream().map(text -> of(text)).toList();
  }
}
