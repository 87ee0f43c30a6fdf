package dev.oneport.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.AllClients;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** API keys as credentials, on all protocols, beside tokens. */
final class ApiKeysTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String KEY = ApiKey.random();
  private static final String OTHER = ApiKey.random();
  private static final String REFUSED = "ACCESS_TOKEN_INVALID";
  private static final String NOT_ALLOWED = "CALLER_NOT_ALLOWED";

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(Instant.parse("2026-11-29T12:00:00Z"));

  private static String line(String key, String name, String... words) {
    return ApiKey.of(key, name, List.of(words)).line();
  }

  private String yaml(Path file, String header) {
    return """
    identity:
      issuers:
        test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, caller-prefix: "" }
        machines: { kind: api-keys, keys-file: "%s", caller-prefix: "key:"%s }
    policy:
      roles: { readers: [] }
      rules:
        - { allow: [ readers ], route: %s }
        - { allow: [ "key:billing" ], route: %s }
    """
        .formatted(
            ISSUER.id(),
            ISSUER.jwksFile(),
            TestIssuer.AUDIENCE,
            file,
            header,
            ProbeService.routes("readers"),
            ProbeService.routes("billing"));
  }

  private static ProbeService probes() {
    return new ProbeService(List.of("readers", "billing"));
  }

  private static List<HeaderField> key(String key) {
    return List.of(new HeaderField("x-api-key", key));
  }

  @Test
  void keysNameCallersAndBringRoles() throws Exception {
    var file =
        Files.writeString(
            folder.resolve("keys"),
            "# the machines\n\n"
                + line(KEY, "billing", "role=readers", "expires=2026-11-30")
                + "\n"
                + line(OTHER, "other")
                + "\n");
    try (var server = RunningServer.start(yaml(file, ""), clock, probes());
        var clients = new AllClients(server.port())) {
      assertEquals("OK", clients.call("readers", key(KEY)));
      assertEquals("OK", clients.call("billing", key(KEY)));
      assertEquals(NOT_ALLOWED, clients.call("readers", key(OTHER)));
      assertEquals(REFUSED, clients.call("billing", key(ApiKey.random())));
      assertEquals(REFUSED, clients.call("billing", key("not-a-key")));
      assertEquals(REFUSED, clients.call("billing", key(KEY + "x")));
      assertEquals(REFUSED, clients.call("billing", key(ApiKey.digestOf(KEY))));
      assertEquals("CREDENTIALS_MISSING", clients.call("billing", List.of()));
      assertEquals(REFUSED, clients.call("billing", List.of(HeaderField.bearer(KEY))));
      var both =
          List.of(new HeaderField("x-api-key", KEY), HeaderField.bearer(ISSUER.token().sign()));
      assertEquals(REFUSED, clients.call("billing", both));
      clock.advance(Duration.ofHours(36));
      assertEquals("ACCESS_TOKEN_EXPIRED", clients.call("billing", key(KEY)));
    }
  }

  @Test
  void theHeaderMayBeAuthorization() throws Exception {
    var file = Files.writeString(folder.resolve("keys"), line(KEY, "billing", "role=readers"));
    try (var server = RunningServer.start(yaml(file, ", header: Authorization"), clock, probes());
        var clients = new AllClients(server.port())) {
      assertEquals("OK", clients.call("billing", List.of(HeaderField.bearer(KEY))));
      assertEquals("CREDENTIALS_MISSING", clients.call("billing", key(KEY)));
      // A token of the other issuer is judged by that one.
      assertEquals(
          NOT_ALLOWED,
          clients.call(
              "billing",
              List.of(
                  HeaderField.bearer(
                      ISSUER
                          .token()
                          .claim("iat", clock.instant().getEpochSecond())
                          .claim("exp", clock.instant().plusSeconds(60).getEpochSecond())
                          .sign()))));
    }
  }

  @Test
  void aReloadEndsTheLeasesOfTheKeysThatAreGone() throws Exception {
    var both = line(KEY, "billing") + "\n" + line(OTHER, "ops", "role=readers");
    var file = Files.writeString(folder.resolve("keys"), both);
    try (var server = RunningServer.start(yaml(file, ""), probes());
        var clients = new AllClients(server.port());
        var removed =
            TextSocket.open(server.port(), "/ws/billing", new HeaderField("x-api-key", KEY));
        var kept =
            TextSocket.open(server.port(), "/ws/readers", new HeaderField("x-api-key", OTHER))) {
      Files.writeString(file, line(OTHER, "ops", "role=readers"));
      // Nobody reloads: the file is watched.
      assertEquals("closed 3000 the token is not valid here", removed.next());
      assertEquals(REFUSED, clients.call("billing", key(KEY)));
      assertEquals("OK", clients.call("readers", key(OTHER)));
      assertEquals("key:ops", kept.ask("x"));
      Files.writeString(file, "nonsense");
      assertFalse(server.reload(yaml(file, "")));
      assertEquals("OK", clients.call("readers", key(OTHER)));
    }
  }

  /** Rules that need a key must not keep it alive. */
  @Test
  void theLastKeyWithARoleAndTheLastKeyOfAllCanBeRemoved() throws Exception {
    var file = Files.writeString(folder.resolve("keys"), line(KEY, "billing", "role=readers"));
    try (var server = RunningServer.start(yaml(file, ""), probes());
        var clients = new AllClients(server.port())) {
      assertEquals("OK", clients.call("readers", key(KEY)));
      Files.writeString(file, line(OTHER, "other"));
      assertTrue(server.reload(yaml(file, "")));
      assertEquals(REFUSED, clients.call("readers", key(KEY)));
      assertEquals(NOT_ALLOWED, clients.call("readers", key(OTHER)));
      Files.writeString(file, "# none\n");
      assertTrue(server.reload(yaml(file, "")));
      assertEquals(REFUSED, clients.call("readers", key(OTHER)));
    }
  }

  @Test
  void whatCannotWorkStopsTheStart() throws Exception {
    var digest = line(KEY, "a").substring(2);
    assertEquals(
        List.of(
            "line 2 must have sha256: and 64 hexadecimal digits behind the name",
            "line 3 holds a key in plain text; make another with 'oneport key new', and write the"
                + " line that it prints instead",
            "line 4 may have role=ROLE, several times, and expires=DATE once behind the digest",
            "line 5 expires with a date such as 2027-01-31, which is the last day, or"
                + " 2027-01-31T12:00:00Z",
            "has the key of b twice"),
        problems(
            "a " + digest,
            "b sha256:abc",
            "c " + KEY,
            "d " + digest + " roles=x",
            "e " + digest + " expires=soon",
            "b " + digest));
    assertEquals(List.of(), problems("# none yet"));
    // The names of another issuer are not an operator's to give to a key by mistake.
    assertEquals(
        List.of("the key p:a has a name or a role that only another issuer may give"),
        problems("p:a " + digest));
    for (var problem : problems("c " + KEY)) {
      assertFalse(problem.contains(KEY.substring(8)), problem);
    }
  }

  private List<String> problems(String... lines) throws Exception {
    var file = Files.writeString(folder.resolve("keys"), String.join("\n", lines));
    var yaml =
        """
        issuers:
          p: { issuer: "https://p.test", audiences: [ me ], caller-prefix: "p:" }
          keys: { kind: api-keys, keys-file: "%s", caller-prefix: "" }
        """
            .formatted(file);
    var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
    try {
      var _ = Identity.read(configuration.root());
      configuration.check();
      return List.of();
    } catch (InvalidConfiguration e) {
      return e.problems().stream().map(ConfigurationProblem::message).toList();
    }
  }
}
