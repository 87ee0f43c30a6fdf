package dev.oneport.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Caller;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.condition.AskedFacts;
import dev.oneport.config.Configuration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Roles that callers have only while a condition holds. */
final class ConditionalRoleTest {
  private static final Route READ = new Route(Protocol.WS, "/read");
  private static final Route WRITE = new Route(Protocol.WS, "/write");
  private static final String YAML =
      """
      roles:
        staff: { callers: [ "*@corp.example" ], when: "claims.level >= 3" }
        ops: { groups: [ "G 1" ], when: "request.ip == '::1'" }
        verified: { when: "claims.mfa" }
        readers: [ bob@example.com ]
      rules:
        - { allow: [ staff, ops, readers ], route: WS /read }
        - { allow: [ verified ], when: "claims.level >= 5", route: WS /write }
        - { deny: [ ops ], route: WS /write }
      """;

  private final Configuration configuration =
      Configuration.parse("test.yaml", YAML, Map.of(), false);
  private final Policy policy =
      PolicyFile.read(
              configuration.root(),
              new TokenNames(
                  true,
                  _ -> true,
                  Set.of(""),
                  _ -> true,
                  Optional.of(Map.of()),
                  TokenNames.CallerCheck.NONE))
          .bind(Set.of(READ, WRITE));

  @ParameterizedTest(name = "{0} with {1}, {2}, {3} from {4}: read {5}, write {6}")
  @CsvSource({
    "eve@corp.example, 3, '', '', ::2, allowed, denied",
    "eve@corp.example, 2, '', '', ::2, denied, denied",
    "eve@corp.example, '', '', '', ::2, failed, failed",
    "eve@example.com, '', G 1, '', ::1, allowed, denied by test.yaml:9",
    "eve@example.com, '', G 1, '', ::2, denied, failed",
    "bob@example.com, '', '', '', ::2, allowed, failed",
    "bob@example.com, 5, '', true, ::2, allowed, allowed",
    "bob@example.com, 4, '', true, ::2, allowed, denied",
    "bob@example.com, 5, '', false, ::2, allowed, denied",
    "bob@example.com, 5, '', '', ::2, allowed, failed",
    "bob@example.com, 5, G 1, true, ::1, allowed, denied by test.yaml:9",
    "bob@example.com, 5, G 1, true, ::2, allowed, allowed",
    "bob@example.com, 5, ops, true, ::1, allowed, allowed",
  })
  void isHadWhileItHolds(
      String name,
      String level,
      String group,
      String mfa,
      String address,
      String read,
      String write) {
    var claims = new HashMap<String, Object>();
    if (!level.isEmpty()) {
      claims.put("level", Long.valueOf(level));
    }
    if (!mfa.isEmpty()) {
      claims.put("mfa", Boolean.valueOf(mfa));
    }
    var caller = new Caller(name, "i", group.isEmpty() ? Set.of() : Set.of(group), claims);
    // Twice: what is known of a token must not change the answer.
    for (int i = 0; i < 2; i++) {
      assertEquals(read, verdict(caller, READ, address));
      assertEquals(write, verdict(caller, WRITE, address));
    }
  }

  private String verdict(Caller caller, Route route, String address) {
    var ruling = policy.decide(new AskedFacts(caller, route, Map.of(), address, Instant.EPOCH));
    if (ruling.allowed()) {
      return "allowed";
    }
    return !ruling.failure().isEmpty()
        ? "failed"
        : "denied" + ruling.rule().map(rule -> " by " + rule.place()).orElse("");
  }

  /** Upstreams and the page are told roles for all calls of a caller. */
  @Test
  void isNotTold() {
    var caller = new Caller("bob@example.com", "i", Set.of("G 1", "ops", "x", "staff"), Map.of());
    assertEquals(List.of("G 1", "readers", "x"), policy.roles(caller));
  }

  @Test
  void isShownWithItsCondition() {
    assertEquals(
        List.of(
            "tokens with role G 1 when request.ip == '::1'",
            "*@corp.example when claims.level >= 3",
            "tokens with role staff when claims.level >= 3",
            "bob@example.com",
            "tokens with role readers"),
        AllowedCaller.of(policy, READ, true).stream()
            .map(AllowedCaller::subject)
            .sorted(Comparator.comparingInt(it -> it.contains(" when ") ? 0 : 1))
            .toList());
    assertEquals(
        List.of("authenticated when (claims.level >= 5) && (claims.mfa)"),
        AllowedCaller.of(policy, WRITE, true).stream().map(AllowedCaller::subject).toList());
  }
}
