package dev.oneport.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.condition.AskedFacts;
import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that name the issuer whose credential decides. */
final class DecidingCredentialTest {
  private static final Route ROUTE = new Route(Protocol.HTTP, "GET /x");
  private static final Route OTHER = new Route(Protocol.HTTP, "GET /y");
  private static final Map<String, Set<String>> ISSUERS =
      Map.of("iap", Set.of("iap"), "entra", Set.of("entra/1", "entra/2"), "app", Set.of("app"));

  private static Policy policy(Optional<Map<String, Set<String>>> issuers, String rules) {
    var tokens =
        new TokenNames(
            true, _ -> true, Set.of(""), _ -> false, issuers, TokenNames.CallerCheck.NONE);
    var configuration =
        Configuration.parse("test.yaml", "rules: [ " + rules + " ]", Map.of(), false);
    var policy = PolicyFile.read(configuration.root(), tokens).bind(Set.of(ROUTE, OTHER));
    configuration.check();
    return policy;
  }

  private static boolean allows(Policy policy, String issuer) {
    var caller = new Caller("alice", issuer, Set.of());
    return policy.decide(new AskedFacts(caller, ROUTE, Instant.EPOCH)).allowed();
  }

  @ParameterizedTest
  @CsvSource({"iap, true", "app, false", "entra/1, false", "entra, false"})
  void callersOfOtherIssuersAreDenied(String issuer, boolean allowed) {
    var policy =
        policy(
            Optional.of(ISSUERS),
            "{ allow: authenticated, credential: iap, route: HTTP GET /x },"
                + " { allow: authenticated, route: HTTP GET /y }");
    assertEquals(allowed, allows(policy, issuer));
    assertEquals(Set.of("iap"), policy.issuers(ROUTE));
    assertEquals(Set.of(), policy.issuers(OTHER));
  }

  @Test
  void aNameStandsForAllTenantsOfItsPreset() {
    var policy =
        policy(
            Optional.of(ISSUERS),
            "{ allow: authenticated, credential: [ entra, app ], route: HTTP GET /* }");
    assertEquals(Set.of("entra/1", "entra/2", "app"), policy.issuers(ROUTE));
    assertEquals(true, allows(policy, "entra/2"));
    assertEquals(false, allows(policy, "iap"));
  }

  /** The issuers of the file do not count there. */
  @Test
  void inDevModeItHasNoEffect() {
    var policy =
        policy(Optional.empty(), "{ allow: authenticated, credential: iap, route: HTTP GET /* }");
    assertEquals(Set.of(), policy.issuers(ROUTE));
    assertEquals(true, allows(policy, "dev"));
  }

  @Test
  void rulesAboutARouteThatDisagreeStopTheStart() {
    var wrong =
        assertThrows(
            InvalidConfiguration.class,
            () ->
                policy(
                    Optional.of(ISSUERS),
                    "{ allow: authenticated, credential: iap, route: HTTP GET /* },"
                        + " { allow: bob@x, credential: app, route: HTTP GET /y }"));
    assertEquals(2, wrong.problems().size(), () -> wrong.problems().toString());
  }

  @Test
  void itIsPartOfWhoMayCall() {
    var policy =
        policy(
            Optional.of(ISSUERS), "{ allow: authenticated, credential: iap, route: HTTP GET /* }");
    assertEquals(
        "authenticated by credential of iap",
        AllowedCaller.of(policy, ROUTE, true).getFirst().subject());
  }
}
