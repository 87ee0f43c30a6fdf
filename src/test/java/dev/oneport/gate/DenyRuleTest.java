package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.AllClients;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.MountedOnly;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A rule that denies ends what is open, and the audit names it. */
final class DenyRuleTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path JWKS = ISSUER.jwksFile();
  private static final String TOKEN = ISSUER.token().sign();

  private static String yaml(String rule) {
    return """
    identity:
      issuers: { test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email } }
    policy:
      rules:
        - { allow: [ authenticated ], route: %s }
        - { deny: [ %s ], route: WS /ws/all }
        - { deny: [ %s ], route: [ HTTP GET /all, GRPC Unary/all, GRPC Stream/all ] }
    """
        .formatted(ISSUER.id(), JWKS, TestIssuer.AUDIENCE, ProbeService.routes("all"), rule, rule);
  }

  @MountedOnly
  @Test
  void itEndsWhatIsOpenAndIsNamedInTheAudit() throws Exception {
    try (var server =
            RunningServer.start(yaml("bob@example.com"), new ProbeService(List.of("all")));
        var clients = new AllClients(server.port());
        var socket = TextSocket.open(server.port(), "/ws/all", TOKEN)) {
      assertEquals("alice@example.com", socket.ask("x"));
      assertTrue(server.reload(yaml("\"*@example.com\"")));
      assertEquals("closed 3003 the caller may not call this", socket.next());
      assertEquals("CALLER_NOT_ALLOWED", clients.call("all", List.of(HeaderField.bearer(TOKEN))));
      server.stop();
      var denied =
          server.audit().lines().stream().filter(line -> line.contains("\"denied\"")).toList();
      assertEquals(9, denied.size(), denied::toString);
      assertEquals(
          List.of(),
          denied.stream()
              .filter(
                  line ->
                      !line.contains(line.contains("/ws/all") ? "test.yaml:6" : "test.yaml:7")
                          || !line.contains("a rule denies the caller"))
              .toList());
    }
  }
}
