package dev.oneport.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values, variables, and what is said of those that are wrong. */
final class ConfigurationTest {
  private static final int MOST = 1 << 20;

  @ParameterizedTest
  @CsvSource({"17, 17", "17b, 17", "1KiB, 1024", "1 k, 1024", "1MiB, 1048576", "2kib, 2048"})
  void sizesAreRead(String text, int bytes) {
    var configuration = Configuration.parse("t.yaml", "size: " + text, Map.of(), false);
    assertEquals(bytes, configuration.root().bytes("size", 0, 0, MOST));
    configuration.check();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "17179869184GiB | must be between 0 and 1048576, not 9223372036854775807",
        "999999999999MiB | must be between 0 and 1048576, not 1048575999998951424",
        "2MiB | must be between 0 and 1048576, not 2097152",
        "-1 | must be a size such as 64KiB, not '-1'",
        "9999999999999 | must be a size such as 64KiB, not '9999999999999'",
        "much | must be a size such as 64KiB, not 'much'"
      })
  void sizesThatAreNoneOrTooMuchAreSaid(String text, String problem) {
    var configuration = Configuration.parse("t.yaml", "size: " + text, Map.of(), false);
    assertEquals(7, configuration.root().bytes("size", 7, 0, MOST));
    assertEquals(List.of("t.yaml:1: size: " + problem), problems(configuration));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "106751991168d | must be between 0s and 3600s, not 9223372036915200s",
        "61m | must be between 0s and 3600s, not 3660s",
        "5 | must be a duration such as 30s, not '5'"
      })
  void durationsThatAreNoneOrTooLongAreSaid(String text, String problem) {
    var configuration = Configuration.parse("t.yaml", "time: " + text, Map.of(), false);
    var usual = Duration.ofSeconds(7);
    assertEquals(
        usual, configuration.root().duration("time", usual, Duration.ZERO, Duration.ofHours(1)));
    assertEquals(List.of("t.yaml:1: time: " + problem), problems(configuration));
  }

  /** A Service named oneport, or oneport-something, beside us. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ONEPORT_SERVICE_HOST=10.0.0.1",
        "ONEPORT_SERVICE_PORT=80",
        "ONEPORT_SERVICE_PORT_HTTP=80",
        "ONEPORT_PORT=tcp://10.0.0.1:80",
        "ONEPORT_PORT_80_TCP=tcp://10.0.0.1:80",
        "ONEPORT_PORT_80_TCP_PROTO=tcp",
        "ONEPORT_PORT_80_TCP_PORT=80",
        "ONEPORT_PORT_80_TCP_ADDR=10.0.0.1",
        "ONEPORT_CANARY_SERVICE_HOST=10.0.0.1",
        "ONEPORT_CANARY_PORT=tcp://10.0.0.1:80"
      })
  void whatKubernetesSetsForAServiceOfOurNameIsNoSetting(String variable) {
    variables(variable).check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ONEPORT_PORT=80", "ONEPORT_SERVER_PRT=80", "ONEPORT_X=tcp://10.0.0.1"})
  void otherVariablesWithOurPrefixAreMisspelt(String variable) {
    assertEquals(
        List.of(variable.split("=", 2)[0] + ": names no setting"), problems(variables(variable)));
  }

  /** Helidon's own view of a configuration takes half a minute for as many, or a larger stack. */
  @Test
  @Timeout(20)
  void tenThousandRulesAreRead() {
    var text = new StringBuilder("rules:\n");
    for (int i = 0; i < 10_000; i++) {
      text.append("  - { allow: [ c").append(i).append(" ], route: WS /ws }\n");
    }
    var configuration = Configuration.parse("t.yaml", text.toString(), Map.of(), false);
    var rules = configuration.root().sections("rules");
    assertEquals(10_000, rules.size());
    assertEquals("t.yaml:10001", rules.getLast().place());
    assertEquals(List.of("c9999"), rules.getLast().texts("allow"));
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    var text =
        """
        server: { prt: 1, size: much }
        more: 1
        list: { a: b }
        """;
    var configuration = Configuration.parse("t.yaml", text, Map.of(), false);
    try (var server = configuration.root().section("server")) {
      server.integer("port", 1, 1, 2);
      server.bytes("size", 1, 1, 2);
    }
    configuration.root().texts("list");
    assertEquals(
        List.of(
            "t.yaml:1: server.size: must be a size such as 64KiB, not 'much'",
            "t.yaml:1: server.prt: unknown key; did you mean port?",
            "t.yaml:3: list: must be a list",
            "t.yaml:2: more: unknown key"),
        problems(configuration));
  }

  private static Configuration variables(String variable) {
    var parts = variable.split("=", 2);
    return Configuration.parse("t.yaml", "", Map.of(parts[0], parts[1]), false);
  }

  private static List<String> problems(Configuration configuration) {
    return assertThrows(InvalidConfiguration.class, configuration::check).problems().stream()
        .map(ConfigurationProblem::toString)
        .toList();
  }
}
