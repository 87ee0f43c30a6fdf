package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Service;
import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.sample.EchoService;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The sample beside a service of one's own is served where a rule is about it. */
final class SampleTest {
  private static final String OWN = "{ allow: [ anyone ], route: HTTP GET /own }";
  private static final String PING = "{ allow: [ anyone ], route: HTTP GET /ping }";
  private static final Service SERVICE =
      port -> port.http().get("/own", (_, response) -> response.send());

  @Test
  void noRuleAboutItIsNeeded() {
    assertEquals("[HTTP GET /own]", routes(OWN));
  }

  @Test
  void withARuleAboutItAllOfItIsServed() {
    assertEquals(
        "no rule is about GRPC Echo/Chat, which is mounted; add one that says who may call it",
        routes(OWN + ", " + PING));
    var rest = ", { allow: [ anyone ], route: GRPC Echo/* }, { allow: [ anyone ], route: WS /ws }";
    assertEquals(
        "[GRPC Echo/Chat, GRPC Echo/Collect, GRPC Echo/Ping, GRPC Echo/Watch, HTTP GET /own,"
            + " HTTP GET /ping, WS /ws]",
        routes(OWN + ", " + PING + rest));
  }

  /** What is served with these rules, or the first problem. */
  private static String routes(String rules) {
    var yaml = "policy: { rules: [ " + rules + " ] }";
    try {
      return Plan.read(
              Configuration.parse("test.yaml", yaml, Map.of(), false),
              List.of(SERVICE),
              Optional.of(new EchoService()))
          .policy()
          .routes()
          .stream()
          .map(Object::toString)
          .sorted()
          .toList()
          .toString();
    } catch (InvalidConfiguration e) {
      return e.problems().stream().map(ConfigurationProblem::message).findFirst().orElse("");
    }
  }
}
