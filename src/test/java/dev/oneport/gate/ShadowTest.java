package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.MountedOnly;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A shadow policy decides nothing, and says where it would have. */
final class ShadowTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  @MountedOnly
  @Test
  void aWholePolicyInShadowSaysWhatItWouldDoOtherwise() throws Exception {
    assertDecisions(
        """
          shadow:
            rules:
              - { allow: [ anyone ], route: HTTP GET /ping }
              - { allow: [ bob@example.com ], route: GRPC Echo/* }
              - { allow: [ bob@example.com ], route: WS /ws }
        """,
        Set.of(
            "shadow policy: GRPC Echo/Ping by alice@example.com is allowed by test.yaml:6 and would be denied",
            "shadow policy: GRPC Echo/Ping by bob@example.com is denied and would be allowed by test.yaml:11"));
  }

  @MountedOnly
  @Test
  void aRouteThatIsOpenMayBeSupposedToBeClosedAndTheReverse() throws Exception {
    assertDecisions(
        """
          shadow:
            rules:
              - { allow: [ alice@example.com ], route: HTTP GET /ping }
              - { allow: [ anyone ], route: GRPC Echo/* }
              - { allow: [ alice@example.com ], route: WS /ws }
        """,
        Set.of(
            "shadow policy: HTTP GET /ping by anyone is allowed by test.yaml:5 and would be denied",
            "shadow policy: GRPC Echo/Ping by anyone is denied and would be allowed by test.yaml:11",
            "shadow policy: GRPC Echo/Ping by bob@example.com is denied and would be allowed by test.yaml:11",
            "shadow policy: GRPC Echo/Ping by carol@example.com is denied and would be allowed by test.yaml:11"));
  }

  @Test
  void aSingleRuleMayBeAShadow() throws Exception {
    assertDecisions(
        "    - { allow: [ bob@example.com ], route: GRPC Echo/Ping, shadow: true }\n",
        Set.of(
            "shadow policy: GRPC Echo/Ping by bob@example.com is denied and would be allowed by test.yaml:8"));
  }

  @Test
  void withoutOneNothingIsSaid() throws Exception {
    assertDecisions("", Set.of());
  }

  private static void assertDecisions(String shadow, Set<String> differences) throws Exception {
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
    List<String> said;
    try (var log = new LogRecords("dev.oneport.shadow");
        var server = RunningServer.start(yaml + shadow, new EchoService());
        var client = new GrpcProbe(server.port(), false)) {
      for (int i = 0; i < 3; i++) {
        assertEquals(200, RawHttp.get(server.port(), "/ping").status());
        assertEquals("UNAUTHENTICATED", client.call("Echo/Ping"));
        assertEquals("OK", client.call("Echo/Ping", token("alice@example.com")));
        assertEquals("PERMISSION_DENIED", client.call("Echo/Ping", token("bob@example.com")));
        assertEquals("PERMISSION_DENIED", client.call("Echo/Ping", token("carol@example.com")));
      }
      said = log.lines();
    }
    assertEquals(differences, Set.copyOf(said));
    assertEquals(differences.size(), said.size(), "each is said once");
  }

  private static String token(String caller) {
    return ISSUER.token().claim("email", caller).sign();
  }
}
