package dev.oneport.client;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.util.Optional;

/** Reads JSON that may be invalid. */
public final class JsonText {
  /** {@code Json} would search the class path for its provider on every call. */
  public static final JsonProvider PROVIDER = JsonProvider.provider();

  private JsonText() {}

  /** Parses a JSON object; empty if the text is not one. */
  public static Optional<JsonObject> object(String text) {
    try (var reader = PROVIDER.createReader(new StringReader(text))) {
      return Optional.of(reader.readObject());
    } catch (RuntimeException e) {
      // Text that is nested too deeply throws an exception of no specific type.
      return Optional.empty();
    }
  }

  /** The string member of that name; empty if there is none. */
  public static Optional<String> text(JsonObject object, String name) {
    return object.get(name) instanceof JsonString text
        ? Optional.of(text.getString())
        : Optional.empty();
  }
}
