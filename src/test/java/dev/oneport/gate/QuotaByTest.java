package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.AllClients;
import dev.oneport.testing.Client;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Probes;
import dev.oneport.testing.Reply;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose calls share a budget, on all protocols together. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QuotaByTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final TestIssuer OTHER = TestIssuer.other();
  private static final int BURST = 5;
  private static final int CALLS = 3 * BURST;
  private static final long SECOND = 1_000_000_000;

  private static final String YAML =
      """
      server: { trusted-proxies: [ 127.0.0.1 ] }
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, caller-prefix: "", roles-claim: groups, claims: [ tenant_id ] }
          other: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, caller-prefix: "o:", claims: [ tenant_id ] }
      policy:
        roles: { gold: [ ann@role.test ], silver: { groups: [ "Silver" ] } }
        rules:
          - { allow: [ authenticated ], route: %s }
          - { allow: [ anyone ], route: %s }
        quotas:
          - { for: [ "*@caller.test" ], calls-per-second: 1, burst: %5$d }
          - { for: [ gold, silver ], by: role, calls-per-second: 1, burst: %5$d }
          - { for: [ "*@tenant.test", "o:*@tenant.test" ], by: claims.tenant_id, calls-per-second: 1, burst: %5$d }
          - { for: [ "*@address.test" ], by: address, calls-per-second: 1, burst: %5$d }
          - { for: [ anyone ], by: address, calls-per-second: 1, burst: %5$d }
      """
          .replace("%5$d", String.valueOf(BURST))
          .formatted(
              ISSUER.id(),
              ISSUER.jwksFile(),
              TestIssuer.AUDIENCE,
              OTHER.id(),
              OTHER.jwksFile(),
              TestIssuer.AUDIENCE,
              ProbeService.routes("closed"),
              ProbeService.routes("open"));

  private final RunningServer server =
      RunningServer.start(YAML, new ProbeService(List.of("closed", "open")));
  private final List<Client> clients =
      Probes.names().stream().map(name -> Probes.of(name, server.port())).toList();

  @AfterAll
  void stop() {
    clients.forEach(Client::close);
    server.close();
  }

  /** A caller from an address, with claims. */
  record From(boolean other, String name, String address, Map<String, Object> claims) {
    List<HeaderField> headers() {
      var forwarded = new HeaderField("x-forwarded-for", address);
      if (name.isEmpty()) {
        return List.of(forwarded);
      }
      var token = (other ? OTHER : ISSUER).token().claim("email", name);
      claims.forEach(token::claim);
      return List.of(HeaderField.bearer(token.sign()), forwarded);
    }

    String route() {
      return name.isEmpty() ? "open" : "closed";
    }
  }

  /** Two kinds of calls. */
  record Row(String title, From one, From two) {
    @Override
    public String toString() {
      return title;
    }
  }

  static Stream<Row> together() {
    return Stream.of(
        new Row("one caller", of("one@caller.test"), of("one@caller.test")),
        new Row(
            "one caller from two addresses",
            from("two@caller.test", "198.51.100.1"),
            from("two@caller.test", "198.51.100.2")),
        new Row(
            "two callers of a role",
            with("bob@x.test", "groups", List.of("Silver")),
            with("eve@x.test", "groups", List.of("x", "Silver"))),
        new Row("one tenant", tenant("ann", "acme"), tenant("bob", "acme")),
        new Row("a tenant in a list", tenant("ann", "listed"), tenant("bob", List.of("listed"))),
        new Row("a number", tenant("ann", 7), tenant("bob", 7)),
        new Row(
            "one address",
            from("ann@address.test", "198.51.100.3"),
            from("bob@address.test", "198.51.100.3")),
        new Row(
            "one network of IPv6",
            from("ann@address.test", "2001:db8:1:1::1"),
            from("bob@address.test", "2001:db8:1:1:2::2")),
        new Row("anyone at one address", from("", "198.51.100.4"), from("", "198.51.100.4")),
        new Row(
            "anyone and a caller without another quota",
            from("", "198.51.100.5"),
            from("x@none.test", "198.51.100.5")));
  }

  @ParameterizedTest
  @MethodSource("together")
  void theseShareABudget(Row row) throws Exception {
    long began = System.nanoTime();
    int admitted = 0;
    for (int i = 0; i < CALLS; i++) {
      var from = i % 2 == 0 ? row.one() : row.two();
      var reason = call(i, from);
      admitted += reason.equals(Reply.OK) ? 1 : 0;
      assertTrue(reason.equals(Reply.OK) || reason.equals("LIMIT_EXCEEDED"), reason);
    }
    long most = BURST + 1 + (System.nanoTime() - began) / SECOND;
    assertTrue(admitted >= BURST && admitted <= most, admitted + " of at most " + most);
  }

  static Stream<Row> apart() {
    return Stream.of(
        new Row("two callers", of("a@caller.test"), of("b@caller.test")),
        new Row("two roles", of("ann@role.test"), with("zoe@x.test", "groups", List.of("Silver"))),
        new Row("two tenants", tenant("ann", "one"), tenant("ann", "two")),
        new Row(
            "a tenant of two issuers",
            tenant("ann", "both"),
            new From(true, "ann@tenant.test", "198.51.100.9", Map.of("tenant_id", "both"))),
        new Row(
            "two addresses",
            from("ann@address.test", "198.51.100.21"),
            from("ann@address.test", "198.51.100.22")),
        new Row(
            "two networks of IPv6",
            from("ann@address.test", "2001:db8:2:1::1"),
            from("ann@address.test", "2001:db8:2:2::1")),
        new Row(
            "an address under two quotas",
            from("ann@address.test", "198.51.100.23"),
            from("", "198.51.100.23")));
  }

  @ParameterizedTest
  @MethodSource("apart")
  void theseHaveABudgetEach(Row row) throws Exception {
    // The role silver may have been spent by the other rows.
    var silver = row.two().claims().containsKey("groups");
    for (var from : List.of(row.two(), row.one())) {
      for (int i = 0; i < BURST; i++) {
        var reason = call(i, from);
        if (!silver || from.equals(row.one())) {
          assertEquals(Reply.OK, reason);
        }
      }
    }
  }

  static Stream<Row> uncounted() {
    return Stream.of(
        new Row("no claim", of("ann@tenant.test"), of("bob@tenant.test")),
        new Row("an empty claim", tenant("ann", ""), tenant("ann", " ")),
        new Row("two values", tenant("ann", List.of("a", "b")), tenant("ann", List.of())),
        new Row("an object", tenant("ann", Map.of("a", "b")), tenant("ann", List.of(1, 2))),
        new Row("a long text", tenant("ann", "x".repeat(257)), tenant("ann", "y".repeat(1_000))));
  }

  @ParameterizedTest
  @MethodSource("uncounted")
  void aTokenWithoutAValueToCountByIsRefused(Row row) throws Exception {
    try (var all = new AllClients(server.port())) {
      assertEquals("CALLER_NOT_ALLOWED", all.call("closed", row.one().headers()));
      assertEquals("CALLER_NOT_ALLOWED", all.call("closed", row.two().headers()));
    }
  }

  /** Each call in another protocol. */
  private String call(int number, From from) throws Exception {
    return clients.get(number % clients.size()).call(from.route(), from.headers()).reason();
  }

  private static From of(String name) {
    return from(name, "198.51.100.9");
  }

  private static From from(String name, String address) {
    return new From(false, name, address, Map.of());
  }

  private static From with(String name, String claim, Object value) {
    return new From(false, name, "198.51.100.9", Map.of(claim, value));
  }

  private static From tenant(String name, Object value) {
    return with(name + "@tenant.test", "tenant_id", value);
  }
}
