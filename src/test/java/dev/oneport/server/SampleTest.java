package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.audit.LogOutput;
import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.AuditLines;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TextSocket;
import dev.oneport.time.Clocks;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
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

  /** Servers that are moved behind have the sample's routes, and so do the rules about them. */
  @Test
  void itYieldsToForwards() throws Exception {
    var behind = "{ allow: [ anyone ], route: [ HTTP GET /ping, WS /ws ] }";
    try (var theirs = RunningServer.start("policy: { rules: [ " + behind + " ] }", new Theirs());
        var server = before(theirs.port())) {
      server.start();
      assertEquals("theirs", RawHttp.get(server.port(), "/ping").body());
      try (var socket = TextSocket.open(server.port(), "/ws")) {
        assertEquals("theirs", socket.next());
      }
    }
  }

  private static Server before(int port) {
    var yaml =
        """
        server: { host: 127.0.0.1, port: 0 }
        upstreams: { theirs: { url: "http://127.0.0.1:%d" } }
        forward: [ { route: HTTP * /**, to: theirs }, { route: WS /**, to: theirs } ]
        policy: { rules: [ { allow: [ anyone ], route: [ HTTP GET /ping, HTTP * /**, WS /ws, WS /** ] } ] }
        """
            .formatted(port);
    return Server.create(
        () -> Configuration.parse("test.yaml", yaml, Map.of(), false),
        List.of(),
        Optional.of(new EchoService()),
        new AuditTarget(new LogOutput(new AuditLines(), true), () -> ""),
        false,
        Clocks.system());
  }

  private static final class Theirs implements Service {
    @Override
    public void mount(Mount port) {
      port.http().get("/ping", (_, response) -> response.send("theirs"));
      port.webSocket(
          "/ws",
          () ->
              new WsListener() {
                @Override
                public void onOpen(WsSession session) {
                  session.send("theirs", true);
                }
              });
    }
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
