package dev.oneport.json;

import jakarta.json.JsonConfig;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonReaderFactory;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import java.io.Serial;
import java.io.StringReader;
import java.util.Map;

/**
 * Reads a text that must be exactly one JSON object without duplicate names. Libraries disagree on
 * duplicate names and on text after the object, which attackers exploit (RFC 8725 section 2.4, RFC
 * 7515 section 4).
 */
public final class StrictJson {
  /** The static methods of {@code Json} search every jar for the provider on each call. */
  private static final JsonProvider JSON = Json.PROVIDER;

  private static final JsonReaderFactory EACH_NAME_ONCE =
      JSON.createReaderFactory(Map.of(JsonConfig.KEY_STRATEGY, JsonConfig.KeyStrategy.NONE));

  private StrictJson() {}

  /**
   * The text is not exactly one JSON object; the message continues a sentence whose subject is the
   * text.
   */
  public static final class MalformedJson extends RuntimeException {
    @Serial private static final long serialVersionUID = 1;

    MalformedJson(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Reads an object.
   *
   * @throws MalformedJson if the text is anything else
   */
  public static JsonObject object(String text) {
    checkWhole(text);
    try (var reader = EACH_NAME_ONCE.createReader(new StringReader(text))) {
      return reader.readObject();
    } catch (JsonException _) {
      throw new MalformedJson("has a name twice");
    }
  }

  /** The reader stops at the end of the object. */
  private static void checkWhole(String text) {
    try (var parser = JSON.createParser(new StringReader(text))) {
      if (parser.next() != Event.START_OBJECT) {
        throw new MalformedJson("is not a JSON object");
      }
      var _ = parser.getObject();
      checkEnd(parser);
    } catch (MalformedJson e) {
      throw e;
    } catch (RuntimeException _) {
      // Valid grammar, but nested too deeply or with a number too long (Parsson 1.1).
      throw new MalformedJson("is not a JSON object");
    }
  }

  private static void checkEnd(JsonParser parser) {
    try {
      if (!parser.hasNext()) {
        return;
      }
    } catch (JsonException _) {
      // The text after the object is not JSON.
    }
    throw new MalformedJson("has text after its JSON object");
  }
}
