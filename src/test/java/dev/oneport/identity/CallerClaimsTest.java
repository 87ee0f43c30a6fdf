package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.oneport.api.Caller;
import dev.oneport.config.Configuration;
import dev.oneport.identity.Verification.Verified;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.time.Clocks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Handlers get the claims that the issuer lists, and no others. */
final class CallerClaimsTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String SECRET = "t-5d2a-secret";

  private static TestIssuer.Builder token() {
    return ISSUER
        .token()
        .claim("tenant_id", SECRET)
        .claim("scope", "read write")
        .claim("level", 7)
        .claim("mfa", true)
        .claim("other", "never told")
        .claimsText(it -> "{\"realm_access\":{\"roles\":[\"a\",\"b\"]}," + it.substring(1));
  }

  private static String issuers(String claims) {
    return """
    issuers:
        test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, claims: %s }
    """
        .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE, claims);
  }

  @Test
  void theListedClaimsAreThereAndNothingElse() {
    var configuration =
        Configuration.parse(
            "test.yaml",
            issuers("[ tenant_id, level, mfa, scope, realm_access.roles, absent ]"),
            Map.of(),
            false);
    var identity = Identity.read(configuration.root());
    configuration.check();
    var verification =
        new TrustedIssuers(Clocks.system())
            .replaceIssuers(identity)
            .tokens()
            .verify(token().sign(), Optional.empty());
    var caller = ((Verified) verification).caller();
    assertEquals(
        Map.of(
            "tenant_id",
            SECRET,
            "level",
            7L,
            "mfa",
            true,
            "scope",
            List.of("read", "write"),
            "realm_access.roles",
            List.of("a", "b")),
        caller.claims());
    assertEquals(Optional.of(SECRET), caller.claim("tenant_id"));
    assertEquals(Optional.empty(), caller.claim("realm_access.roles"));
    assertEquals(List.of("a", "b"), caller.claimTexts("realm_access.roles"));
    assertEquals(List.of(SECRET), caller.claimTexts("tenant_id"));
    assertEquals(List.of(), caller.claimTexts("level"));
    assertEquals(Optional.empty(), caller.claim("other"));
    assertFalse(caller.toString().contains(SECRET), caller.toString());
  }

  @Test
  void aHandlerReadsThemAndTheAuditDoesNot() throws Exception {
    var yaml =
        "identity:\n  "
            + issuers("[ tenant_id ]")
            + "policy: { rules: [ { allow: [ authenticated ], route: HTTP GET /tenant } ] }\n";
    try (var server =
        RunningServer.start(
            yaml,
            port ->
                port.http()
                    .get(
                        "/tenant",
                        (_, response) -> response.send(Caller.current().claims().toString())))) {
      var reply =
          RawHttp.send(
              server.port(),
              "GET /tenant HTTP/1.1\r\n"
                  + "Host: localhost\r\n"
                  + "Connection: close\r\n"
                  + "Authorization: Bearer "
                  + token().sign()
                  + "\r\n\r\n");
      assertEquals("{tenant_id=" + SECRET + "}", reply.body());
      server.stop();
      assertFalse(server.audit().lines().toString().contains(SECRET));
      assertEquals(1, server.audit().lines().size());
    }
  }
}
