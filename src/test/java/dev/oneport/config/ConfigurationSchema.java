package dev.oneport.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The JSON Schema of {@code application.yaml}, as editors use it. */
final class ConfigurationSchema {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode tree;
  private final JsonSchema schema;

  ConfigurationSchema() {
    try (var file = ConfigurationSchema.class.getResourceAsStream("/application-schema.json")) {
      this.tree = JSON.readTree(Objects.requireNonNull(file));
      this.schema = JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(tree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A key with what the schema says of it. Names that operators choose are {@code NAME}. */
  record Key(String path, JsonNode says) {
    String says(String what) {
      return says.path(what).asText();
    }
  }

  /** All keys, each before those below it. */
  List<Key> keys() {
    var keys = new ArrayList<Key>();
    collect("", tree, (path, says) -> keys.add(new Key(path, says)));
    return keys;
  }

  private void collect(String path, JsonNode at, BiConsumer<String, JsonNode> keys) {
    var object = resolved(at);
    for (var entry : object.path("properties").properties()) {
      var child = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      keys.accept(child, entry.getValue());
      if (!child.equals("policy.shadow")) {
        collect(child, entry.getValue(), keys);
      }
    }
    if (object.path("additionalProperties").has("$ref") && !path.endsWith(".require")) {
      collect(path + ".NAME", object.path("additionalProperties"), keys);
    }
    if (object.path("items").has("$ref")) {
      collect(path + "[]", object.path("items"), keys);
    }
    for (var choice : object.path("anyOf")) {
      if (choice.has("properties")) {
        collect(path, choice, keys);
      }
    }
  }

  /** What a reference refers to. */
  JsonNode resolved(JsonNode at) {
    var ref = at.path("$ref").asText();
    return ref.isEmpty() ? at : tree.at(ref.substring(1));
  }

  static JsonNode yaml(String text) {
    return JSON.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(text));
  }

  /** What is wrong with a value of a key. */
  List<String> misfit(JsonNode key, JsonNode value) {
    var alone = ((ObjectNode) key.deepCopy()).set("$defs", tree.path("$defs"));
    return JsonSchemaFactory.getInstance(VersionFlag.V7).getSchema(alone).validate(value).stream()
        .map(Object::toString)
        .toList();
  }

  List<String> problems(JsonNode configuration) {
    return schema.validate(configuration).stream().map(Object::toString).sorted().toList();
  }
}
