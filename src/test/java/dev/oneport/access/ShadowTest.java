package dev.oneport.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.echo.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A shadow policy decides nothing, and says where it would have. */
final class ShadowTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Logger LOG = Logger.getLogger("dev.oneport.shadow");

  private final Said said = new Said();

  @BeforeEach
  void listen() {
    LOG.addHandler(said);
  }

  @AfterEach
  void stop() {
    LOG.removeHandler(said);
  }

  @Test
  void aWholePolicyInShadowSaysWhatItWouldDoOtherwise() {
    assertDecisions(
        """
          shadow:
            rules:
              - { allow: [ anyone ], route: HTTP GET /ping }
              - { allow: [ bob@example.com ], route: GRPC Echo/* }
              - { allow: [ bob@example.com ], route: WS /ws }
        """,
        Set.of(
            "GRPC Echo/Ping by alice@example.com is allowed by test.yaml:6 and would be denied",
            "GRPC Echo/Ping by bob@example.com is denied and would be allowed by test.yaml:11"));
  }

  @Test
  void withoutOneNothingIsSaid() {
    assertDecisions("", Set.of());
  }

  private void assertDecisions(String shadow, Set<String> differences) {
    var yaml =
        """
        identity:
          issuers: { test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email } }
        policy:
          rules:
            - { allow: [ anyone ], route: HTTP GET /ping }
            - { allow: [ alice@example.com ], route: GRPC Echo/* }
            - { allow: [ alice@example.com ], route: WS /ws }
        """
            .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);
    try (var server = RunningServer.start(yaml + shadow, new EchoService());
        var client = new GrpcProbe(server.port(), false)) {
      for (int i = 0; i < 3; i++) {
        assertEquals("OK", client.call("Echo/Ping", token("alice@example.com")));
        assertEquals("PERMISSION_DENIED", client.call("Echo/Ping", token("bob@example.com")));
        assertEquals("PERMISSION_DENIED", client.call("Echo/Ping", token("carol@example.com")));
      }
    }
    assertEquals(differences, Set.copyOf(said.lines));
    assertEquals(differences.size(), said.lines.size(), "each is said once");
  }

  private static String token(String caller) {
    return ISSUER.token().claim("email", caller).sign();
  }

  private static final class Said extends Handler {
    private final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord record) {
      lines.add(new SimpleFormatter().formatMessage(record));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
