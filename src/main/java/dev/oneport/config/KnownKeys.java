package dev.oneport.config;

import dev.oneport.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * All keys of the configuration, from its JSON Schema, which is read for messages about unknown
 * keys only.
 */
final class KnownKeys {
  private static final String SCHEMA = "/application-schema.json";
  private static final int MOST_HINTS = 3;

  /** Read when the first message needs it. */
  private static final class All {
    static final KnownKeys KEYS = new KnownKeys(read());
  }

  private final JsonObject schema;
  private final List<String> paths = new ArrayList<>();

  private KnownKeys(JsonObject schema) {
    this.schema = schema;
    collect("", schema);
  }

  /** Where a key that is unknown in its place exists; empty if nowhere. */
  static String hint(String key) {
    var places =
        All.KEYS.paths.stream()
            .filter(path -> path.substring(path.lastIndexOf('.') + 1).equals(key))
            .limit(MOST_HINTS)
            .collect(Collectors.joining(" or "));
    return places.isEmpty() ? "" : "; did you mean " + places + "?";
  }

  private static JsonObject read() {
    try (var file = KnownKeys.class.getResourceAsStream(SCHEMA);
        var reader = Json.PROVIDER.createReader(Objects.requireNonNull(file))) {
      return reader.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void collect(String path, JsonObject at) {
    var object = resolved(at);
    if (object.get("properties") instanceof JsonObject properties) {
      properties.forEach(
          (name, child) -> {
            var below = path.isEmpty() ? name : path + "." + name;
            if (!paths.contains(below)) {
              paths.add(below);
              // A shadow policy has the keys of a policy.
              if (!name.equals("shadow")) {
                collect(below, child.asJsonObject());
              }
            }
          });
    }
    if (object.get("additionalProperties") instanceof JsonObject named) {
      collect(path + ".NAME", named);
    }
    if (object.get("items") instanceof JsonObject item) {
      collect(path + "[]", item);
    }
    if (object.containsKey("anyOf")) {
      object.getJsonArray("anyOf").forEach(choice -> collect(path, choice.asJsonObject()));
    }
  }

  private JsonObject resolved(JsonObject at) {
    return at.containsKey("$ref")
        ? schema.getJsonObject("$defs").getJsonObject(at.getString("$ref").replace("#/$defs/", ""))
        : at;
  }
}
