package dev.oneport.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Editors are told the same as the server says at its start. */
final class ConfigurationSchemaTest {
  private static final Pattern TOP_KEY =
      Pattern.compile(
          "(\\s*(?:# {0,3})?)(server|identity|policy|audit|upstreams|forward|assertion-signing|shared):( .*)?");

  /** Objects whose keys are the operator's. */
  private static final Set<String> MAPS =
      Set.of("/identity/issuers", "/policy/roles", "/upstreams", "/identity/issuers/a/require");

  private final ConfigurationSchema schema = new ConfigurationSchema();

  /** An example and the place where it begins. */
  record Example(String place, String text) {
    @Override
    public String toString() {
      return place;
    }
  }

  @Test
  void eachKeyThatTheServerReadsIsInIt() {
    assertEquals(List.of(), schema.problems(ConfigurationSchema.yaml(EveryKeyTest.WHOLE)));
  }

  @Test
  void theServerReadsEachKeyThatIsInIt() {
    var unknown = new ArrayList<String>();
    for (var key : schema.keys()) {
      var names = key.path().replace("[]", ".0").split("\\.");
      var problems = EveryKeyTest.problems(only(key, names, ""));
      if (problems.stream()
          .anyMatch(it -> it.contains(names[names.length - 1] + ": unknown key"))) {
        unknown.add(key.path());
      }
    }
    assertEquals(List.of(), unknown);
  }

  /** A key in a wrong place: the message says where it belongs. */
  @Test
  void aKeyInTheWrongPlaceIsFound() {
    for (var key : schema.keys()) {
      var name = key.path().substring(key.path().lastIndexOf('.') + 1);
      var places =
          schema.keys().stream()
              .map(ConfigurationSchema.Key::path)
              .filter(it -> it.substring(it.lastIndexOf('.') + 1).equals(name))
              .distinct()
              .limit(3)
              .collect(Collectors.joining(" or "));
      var wanted = "test.yaml:2: audit." + name + ": unknown key; did you mean " + places + "?";
      if (!places.startsWith("audit.")) {
        var problems = EveryKeyTest.problems("audit:\n  " + name + ": x\n");
        assertTrue(problems.contains(wanted), () -> wanted + " in " + problems);
      }
    }
  }

  @Test
  void numbersHaveTheSameBounds() {
    for (var key : schema.keys()) {
      var number = key.says().path("anyOf").path(0);
      if (number.has("minimum")) {
        var names = key.path().replace("[]", ".0").split("\\.");
        var least = number.path("minimum").asLong();
        var most = number.path("maximum").asLong();
        var wanted = "must be between %d and %d, not ".formatted(least, most);
        for (long bad : new long[] {least - 1, most + 1}) {
          var problems = EveryKeyTest.problems(only(key, names, " " + bad));
          assertTrue(problems.stream().anyMatch(it -> it.contains(wanted)), problems::toString);
        }
      }
    }
  }

  /** A configuration with nothing but one key. */
  private static String only(ConfigurationSchema.Key key, String[] names, String value) {
    var yaml = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      yaml.append("  ".repeat(i)).append(names[i].equals("0") ? "-" : names[i] + ":").append('\n');
    }
    yaml.insert(yaml.length() - 1, value);
    var kind = kind(names[names.length - 1]);
    if (key.path().startsWith("identity.issuers.NAME.") && !kind.isEmpty()) {
      yaml.append("      kind: ").append(kind).append('\n');
    }
    return yaml.toString();
  }

  /** The kind of issuer that has a key; empty for signed tokens. */
  private static String kind(String key) {
    return switch (key) {
      case "keys", "keys-file" -> "api-keys";
      case "endpoint", "client-id", "client-secret", "client-secret-file" -> "introspection";
      case "client-ca", "required", "caller-from", "trust-domain" -> "certificate";
      case "accounts", "tenants" -> "token\n      preset: " + preset(key);
      default -> "";
    };
  }

  private static String preset(String key) {
    return key.equals("accounts") ? "google-service-account" : "entra";
  }

  @Test
  void itRefusesUnknownKeysEverywhere() {
    var accepted = new TreeSet<String>();
    for (var path : objects(ConfigurationSchema.yaml(EveryKeyTest.WHOLE), "")) {
      var whole = ConfigurationSchema.yaml(EveryKeyTest.WHOLE);
      ((ObjectNode) whole.at(path)).put("unknown-key", "x");
      if (schema.problems(whole).isEmpty() && !MAPS.contains(path)) {
        accepted.add(path);
      }
    }
    assertEquals(Set.of(), accepted);
  }

  private static List<String> objects(JsonNode at, String path) {
    var found = new ArrayList<String>();
    if (at.isObject()) {
      found.add(path);
      at.properties().forEach(it -> found.addAll(objects(it.getValue(), path + "/" + it.getKey())));
    }
    for (int i = 0; at.isArray() && i < at.size(); i++) {
      found.addAll(objects(at.get(i), path + "/" + i));
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server: { port: 70000 }",
        "server: { port: eighty }",
        "server: { idle-timeout: 15 }",
        "server: { max-body-size: 32XB }",
        "server: { h2c-upgrade: maybe }",
        "audit: { overflow: lose }",
        "identity: { issuers: { a: { preset: gogle, audiences: [ me ] } } }",
        "identity: { issuers: { a: { preset: google } } }",
        "identity: { issuers: { a: { preset: google, audiences: [ me ], algorithms: [ HS256 ] } } }",
        "identity: { issuers: { a: { kind: api-keys, audiences: [ me ] } } }",
        "identity: { issuers: { a: { kind: certificate, caller-from: uri } } }",
        "policy: { rules: [ { allow: [ anyone ] } ] }",
        "policy: { rules: [ { route: WS /ws } ] }",
        "policy: { rules: [ { allow: [ a@b ], deny: [ c@d ], route: WS /ws } ] }",
        "policy: { quotas: [ { calls-per-second: 5 } ] }",
        "forward: [ { route: WS /ws } ]",
        "rules: []"
      })
  void itRefusesWhatTheServerRefuses(String yaml) {
    assertTrue(!schema.problems(ConfigurationSchema.yaml(yaml)).isEmpty());
    assertTrue(!EveryKeyTest.problems(yaml).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "server: { port: \"${PORT:-9090}\", h2c-upgrade: \"${H2C:-true}\", idle-timeout: \"${I:-5m}\" }",
        "server: { port: \"8081\", max-body-size: 1000, drain-delay: 0 }",
        "server:",
        "policy: { roles: { readers: }, rules: [ { allow: anyone, route: HTTP GET /ping } ] }"
      })
  void itAcceptsOtherWaysToWriteAValue(String yaml) {
    assertEquals(List.of(), schema.problems(ConfigurationSchema.yaml(yaml)));
  }

  @Test
  void itsExamplesAndDefaultsAreValid() {
    for (var key : schema.keys()) {
      for (var value : key.says().path("examples")) {
        assertEquals(List.of(), schema.misfit(key.says(), value), key.path());
      }
      if (key.says().has("default")) {
        assertEquals(List.of(), schema.misfit(key.says(), key.says().path("default")), key.path());
      }
    }
  }

  static Stream<Example> examples() throws IOException {
    var examples = new ArrayList<Example>();
    for (var folder : List.of("docs", "deploy", "load", "conformance", "src/build/train")) {
      try (var files = Files.walk(Path.of(folder))) {
        for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
          if (file.toString().matches(".*(\\.(md|yaml|py|java)|/[a-z-]+)")
              && !file.toString().matches(".*/(reports|node_modules|target)/.*")) {
            examples.addAll(in(file));
          }
        }
      }
    }
    assertTrue(examples.size() > 20, examples::toString);
    examples.addAll(in(Path.of("README.md")));
    examples.addAll(in(Path.of("application.yaml")));
    var commented = Files.readString(Path.of("application.yaml"));
    examples.add(
        new Example(
            "application.yaml without #",
            commented.replaceAll("(?m)^( +)# ( *[a-z0-9-]+:)", "$1$2")));
    return examples.stream();
  }

  /**
   * The configurations in a file: lines that begin with a key of the top level, and those below.
   */
  private static List<Example> in(Path file) throws IOException {
    var found = new ArrayList<Example>();
    var lines = Files.readAllLines(file);
    for (int i = 0; i < lines.size(); i++) {
      var key = TOP_KEY.matcher(lines.get(i));
      if (key.matches() && isOurs(lines, i)) {
        var margin = key.group(1);
        int end = i + 1;
        while (end < lines.size() && continues(lines.get(end), margin)) {
          end++;
        }
        var text = new StringBuilder();
        for (var line : lines.subList(i, end)) {
          text.append(line.startsWith(margin) ? line.substring(margin.length()) : "").append('\n');
        }
        found.add(new Example(file + ":" + (i + 1), filled(text.toString())));
        i = end - 1;
      }
    }
    return found;
  }

  /** Compose has its own key {@code configs}, in which one may be called {@code policy}. */
  private static boolean isOurs(List<String> lines, int at) {
    return at + 1 == lines.size() || !lines.get(at + 1).strip().equals("content: |");
  }

  /** The text that a template of Java, or one of Python with doubled braces, stands for. */
  private static String filled(String template) {
    var text = template.replace("%s", "me");
    return text.contains("{{")
        ? text.replaceAll("(?<!\\{)\\{[a-z_.]+}(?!})", "1").replace("{{", "{").replace("}}", "}")
        : text;
  }

  private static boolean continues(String line, String margin) {
    var rest = line.startsWith(margin) ? line.substring(margin.length()) : null;
    return line.isBlank()
        || (rest != null
            && (rest.matches("[ #].*")
                || rest.matches("(include|tests)?:.*")
                || TOP_KEY.matcher(rest).matches()));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void itAcceptsEachExample(Example example) {
    assertEquals(
        List.of(), schema.problems(ConfigurationSchema.yaml(example.text())), example.text());
  }
}
