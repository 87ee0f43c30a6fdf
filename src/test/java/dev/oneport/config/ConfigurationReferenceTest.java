package dev.oneport.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.oneport.sample.EchoService;
import dev.oneport.server.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * The reference of all keys in the documentation is written from the schema: {@code
 * -Doneport.reference.fix=true} writes it again.
 */
final class ConfigurationReferenceTest {
  private static final Path DOCS = Path.of("docs/configuration.md");
  private static final Pattern TABLE =
      Pattern.compile(
          "(?s)(\\| key \\| type \\| default \\| example \\|.*?\\n\\|.*?\\n)(\\|.*?\\n)*");
  private static final Pattern CHOICES = Pattern.compile("must be one of ([a-z0-9, -]+), not");

  private final ConfigurationSchema schema = new ConfigurationSchema();

  @Test
  void theReferenceHasEveryKeyAsTheSchemaDescribesIt() throws IOException {
    var text = Files.readString(DOCS);
    var found = TABLE.matcher(text);
    assertTrue(found.find(), "no table of all keys");
    var wanted = found.group(1) + rows();
    if (Boolean.getBoolean("oneport.reference.fix")) {
      Files.writeString(DOCS, text.replace(found.group(), wanted));
    } else {
      assertEquals(wanted, found.group());
    }
  }

  /** Each preset has a row that says what it fills in. */
  @Test
  void eachPresetIsInTheReferenceAndInTheSchema() throws IOException {
    var server =
        EveryKeyTest.problems("identity: { issuers: { a: { preset: x } } }").stream()
            .flatMap(it -> CHOICES.matcher(it).results())
            .flatMap(it -> List.of(it.group(1).split(", ")).stream())
            .toList();
    assertEquals(
        new TreeSet<>(server), new TreeSet<>(choices(key("identity.issuers.NAME.preset").says())));
    var text = Files.readString(DOCS);
    server.forEach(it -> assertTrue(text.contains("\n| `" + it + "` "), it));
  }

  /** What is set to its default changes nothing. */
  @Test
  void theDefaultsAreThoseOfTheServer() {
    var none = plan(Map.of());
    for (var key : schema.keys()) {
      if (key.path().matches("(server|audit)\\..*") && key.says().has("default")) {
        var name = "ONEPORT_" + key.path().replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
        var plan = plan(Map.of(name, key.says().path("default").asText()));
        assertEquals(none.settings(), plan.settings(), key.path());
        assertEquals(none.audit(), plan.audit(), key.path());
      }
    }
  }

  private static Plan plan(Map<String, String> variables) {
    var open =
        "policy: { rules: [ { allow: anyone, route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ] }";
    return Plan.read(
        Configuration.parse("test.yaml", open, variables, false),
        List.of(new EchoService()),
        Optional.empty());
  }

  private ConfigurationSchema.Key key(String path) {
    return schema.keys().stream().filter(it -> it.path().equals(path)).findFirst().orElseThrow();
  }

  private String rows() {
    return schema.keys().stream()
        .filter(it -> !it.says().has("properties"))
        .map(this::row)
        .collect(Collectors.joining());
  }

  private String row(ConfigurationSchema.Key key) {
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            key.path(),
            type(key.says()),
            otherwise(key.says()),
            example(key.says()),
            key.says("description"));
  }

  private String type(JsonNode says) {
    if (says.path("$ref").asText().endsWith("/shadow")) {
      return "object";
    }
    if (says.has("$ref")) {
      return switch (says.path("$ref").asText().replace("#/$defs/", "")) {
        case "text" -> "text";
        case "texts", "algorithms" -> "texts";
        case "flag" -> "true or false";
        case "values" -> "object of texts";
        case String other -> other;
      };
    }
    if (says.path("anyOf").path(0).path("$ref").asText().endsWith("/flag")) {
      return "true, false or object";
    }
    if (says.path("type").path(0).asText().equals("array")) {
      return "list of objects";
    }
    if (says.has("additionalProperties")) {
      return "objects by name";
    }
    var number = says.path("anyOf").path(0);
    return number.has("minimum")
        ? "%d to %d".formatted(number.path("minimum").asLong(), number.path("maximum").asLong())
        : choices(says).size() > 4 ? "a preset" : String.join(", ", choices(says));
  }

  private static List<String> choices(JsonNode says) {
    return StreamSupport.stream(says.path("anyOf").path(0).path("enum").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  private static String otherwise(JsonNode says) {
    return says.has("default")
        ? says.path("default").asText()
        : says.path("$comment").asText().replace("default: ", "");
  }

  private static String example(JsonNode says) {
    return says.has("examples") ? "`" + yaml(says.path("examples").path(0)) + "`" : "";
  }

  private static String yaml(JsonNode value) {
    if (value.isArray()) {
      var items = new ArrayList<String>();
      value.forEach(it -> items.add(yaml(it)));
      return "[ " + String.join(", ", items) + " ]";
    }
    if (value.isObject()) {
      return value.properties().stream()
          .map(it -> it.getKey() + ": " + yaml(it.getValue()))
          .collect(Collectors.joining(", ", "{ ", " }"));
    }
    var text = value.asText();
    return text.matches("[\\w./+-][\\w ./+@:-]*\\*?(?<!:)") ? text : '"' + text + '"';
  }
}
