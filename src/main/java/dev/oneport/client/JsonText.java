package dev.oneport.client;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.util.Optional;

/** Reads JSON that may be anything. */
public final class JsonText {
  /** Json itself would look for its provider in every jar again, each time. */
  public static final JsonProvider PROVIDER = JsonProvider.provider();

  private JsonText() {}

  /** The object; empty if the text is none. */
  public static Optional<JsonObject> object(String text) {
    try (var reader = PROVIDER.createReader(new StringReader(text))) {
      return Optional.of(reader.readObject());
    } catch (RuntimeException e) {
      // Of no kind in particular for what is too deep.
      return Optional.empty();
    }
  }

  /** The text by a name; empty if there is none. */
  public static Optional<String> text(JsonObject object, String name) {
    return object.get(name) instanceof JsonString text
        ? Optional.of(text.getString())
        : Optional.empty();
  }
}
