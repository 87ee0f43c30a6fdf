package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries to the policy, and the answers. */
final class PolicyCommandTest {
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "https://issuer.test", audiences: [ me ], roles-claim: groups }
      policy:
        roles: { caller: [ alice@example.com, bob@example.com ], interns: [] }
        rules:
          - { allow: [ anyone ], route: HTTP GET /ping }
          - { allow: [ caller ], route: GRPC Echo/* }
          - { allow: [ carol@example.com ], route: GRPC Echo/Watch }
          - { allow: [ caller ], route: WS /ws }
      """;

  private static final String DENY =
      "    - { deny: [ bob@example.com, interns ], route: GRPC Echo/* }\n";

  @TempDir Path folder;
  private Path file = Path.of("");
  private Map<String, String> environment = Map.of();

  @BeforeEach
  void write() throws Exception {
    file = Files.writeString(folder.resolve("application.yaml"), YAML);
  }

  private record Said(int exitCode, String out, String err) {}

  private Said policy(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var all = new ArrayList<>(List.of("policy", "--config", file.toString()));
    all.addAll(List.of(arguments));
    var code =
        OnePortCommand.commandLine(environment)
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(all.toArray(String[]::new));
    return new Said(code, narrow(out.toString()), narrow(err.toString()));
  }

  /** Removes the temporary folder's path, which widens the columns. */
  private String narrow(String text) {
    return text.replace(folder + "/", "").replaceAll(" {2,}", "  ");
  }

  @Test
  void explainNamesTheRuleThatAllows() {
    assertEquals(
        """
        CALLER  ROUTE  DECISION  RULE  ALLOWS
        alice@example.com  GRPC Echo/Ping  allowed  application.yaml:8  caller
        """,
        policy("explain", "--caller", "alice@example.com", "--route", "GRPC Echo/Ping").out());
  }

  @Test
  void explainNamesTheRulesThatDoNot() {
    assertEquals(
        """
        CALLER  ROUTE  DECISION  RULE  ALLOWS
        eve@example.com  GRPC Echo/Watch  denied  application.yaml:8  caller
        eve@example.com  GRPC Echo/Watch  denied  application.yaml:9  carol@example.com
        """,
        policy("explain", "--caller", "eve@example.com", "--route", "GRPC Echo/Watch").out());
  }

  @Test
  void explainIncludesRolesOfTheToken() {
    var said =
        policy(
            "explain",
            "--caller",
            "eve@example.com",
            "--roles",
            "x,caller",
            "--route",
            "WS /ws",
            "--json");
    assertEquals(
        "[{\"caller\":\"eve@example.com\",\"route\":\"WS"
            + " /ws\",\"decision\":\"allowed\",\"rule\":\"application.yaml:10\",\"allows\":\"caller\"}]\n",
        said.out());
  }

  @Test
  void whoListsCallersAndRoles() {
    assertEquals(
        """
        WHO  ROLE  RULE
        alice@example.com  caller  application.yaml:8
        bob@example.com  caller  application.yaml:8
        tokens with role caller  caller  application.yaml:8
        carol@example.com  application.yaml:9
        """,
        policy("who", "--route", "GRPC Echo/Watch").out());
  }

  @Test
  void routesIsTheWholePolicy() {
    assertEquals(
        """
        ROUTE  RULE  WHO
        GRPC Echo/Chat  application.yaml:8  caller
        GRPC Echo/Collect  application.yaml:8  caller
        GRPC Echo/Ping  application.yaml:8  caller
        GRPC Echo/Watch  application.yaml:8  caller
        GRPC Echo/Watch  application.yaml:9  carol@example.com
        HTTP GET /ping  application.yaml:7  anyone
        WS /ws  application.yaml:10  caller
        """,
        policy("routes").out());
  }

  @Test
  void expectationsThatHoldPass() throws Exception {
    var tests =
        tests(
            "{ caller: alice@example.com, route: [ WS /ws, GRPC Echo/Ping ], expect: allowed }",
            "{ caller: eve@example.com, route: WS /ws, expect: denied }",
            "{ route: HTTP GET /ping, expect: allowed }");
    assertEquals(new Said(0, "", "4 decisions are as expected\n"), policy("test", tests));
  }

  @Test
  void expectationsThatDoNotHoldFail() throws Exception {
    var said =
        policy(
            "test",
            tests(
                "{ caller: alice@example.com, route: WS /ws, expect: denied }",
                "{ route: WS /ws, expect: denied }"));
    assertEquals(
        """
        PLACE  CALLER  ROUTE  EXPECTED  DECISION
        test.yaml:2  alice@example.com  WS /ws  denied  allowed
        """,
        said.out());
    assertEquals(1, said.exitCode());
  }

  @Test
  void invalidExpectationsAreReported() throws Exception {
    var said =
        policy(
            "test",
            tests(
                "{ caller: a@b, rout: WS /ws, expect: maybe }",
                "{ route: WS /nowhere, expect: allowed }"));
    assertEquals(
        """
        test.yaml:2: tests.0.expect: must be one of denied, allowed, not 'maybe'
        test.yaml:2: tests.0.route: must name the routes to call
        test.yaml:2: tests.0.rout: unknown key; did you mean route?
        test.yaml:3: tests.1.route: 'WS /nowhere' is not a mounted route
        4 problems
        """,
        said.err());
    assertEquals(2, said.exitCode());
  }

  @Test
  void aFileThatExpectsNothingIsWrong() throws Exception {
    var said = policy("test", Files.writeString(folder.resolve("test.yaml"), "").toString());
    assertEquals(
        new Said(2, "", "test.yaml: tests: must list the expected decisions\n1 problem\n"), said);
  }

  @Test
  void explainUsesTheServersRule() throws Exception {
    Files.writeString(file, YAML + "    - { allow: [ anyone ], route: WS /ws }\n");
    assertEquals(
        """
        CALLER  ROUTE  DECISION  RULE  ALLOWS
        alice@example.com  WS /ws  allowed  application.yaml:11  anyone
        """,
        policy("explain", "--caller", "alice@example.com", "--route", "WS /ws").out());
  }

  @Test
  void explainTakesACallOfAForwardedRoute() throws Exception {
    Files.writeString(
        file,
        """
        upstreams: { a: { url: "http://127.0.0.1:1" }, b: { url: "h2c://127.0.0.1:1" } }
        forward: [ { route: HTTP * /orders/**, to: a }, { route: GRPC ledger.v1.*/*, to: b } ]
        identity: { issuers: { test: { issuer: "https://issuer.test", audiences: [ me ] } } }
        policy:
          rules:
            - { allow: [ anyone ], route: HTTP GET /orders/open/** }
            - { allow: [ alice@example.com ], route: [ HTTP GET /orders/**, GRPC ledger.v1.*/* ] }
        """);
    var rows =
        List.of(
            "HTTP GET /orders/open/%37 -> HTTP GET /orders/open/** allowed application.yaml:6",
            "HTTP GET /orders/7 -> HTTP GET /orders/** allowed application.yaml:7",
            "GRPC ledger.v1.Ledger/Post -> GRPC ledger.v1.*/* allowed application.yaml:7");
    for (var row : rows) {
      var call = row.split(" -> ", -1);
      var said = policy("explain", "--caller", "alice@example.com", "--route", call[0]).out();
      assertTrue(said.replaceAll(" +", " ").contains(" " + call[1] + " "), row + "\n" + said);
    }
    for (var call : List.of("HTTP DELETE /orders/7", "HTTP GET /orders/../x", "WS /orders")) {
      var said = policy("explain", "--caller", "alice@example.com", "--route", call);
      assertTrue(said.err().contains("is not a mounted route"), said.err());
    }
  }

  @Test
  void aRuleThatDeniesIsNamed() throws Exception {
    Files.writeString(file, YAML + DENY);
    assertEquals(
        """
        CALLER  ROUTE  DECISION  RULE  ALLOWS
        bob@example.com  GRPC Echo/Ping  denied  application.yaml:11  deny: bob@example.com, interns
        """,
        policy("explain", "--caller", "bob@example.com", "--route", "GRPC Echo/Ping").out());
    assertEquals(
        """
        CALLER  ROUTE  DECISION  RULE  ALLOWS
        eve@example.com  GRPC Echo/Ping  denied  application.yaml:8  caller
        """,
        policy("explain", "--caller", "eve@example.com", "--route", "GRPC Echo/Ping").out());
    assertEquals(
        """
        WHO  ROLE  RULE
        alice@example.com  caller  application.yaml:8
        tokens with role caller  caller  application.yaml:8
        not bob@example.com  application.yaml:11
        not tokens with role interns  interns  application.yaml:11
        """,
        policy("who", "--route", "GRPC Echo/Ping").out());
    var said =
        policy(
            "test",
            tests(
                "{ caller: bob@example.com, route: [ GRPC Echo/Ping, GRPC Echo/Chat ], expect: denied }",
                "{ caller: bob@example.com, route: WS /ws, expect: allowed }",
                "{ caller: alice@example.com, roles: [ interns ], route: GRPC Echo/Ping, expect: denied }"));
    assertEquals(new Said(0, "", "4 decisions are as expected\n"), said);
    assertEquals(
        """
        GRPC Echo/Ping  application.yaml:8  caller
        GRPC Echo/Ping  application.yaml:11  deny: bob@example.com, interns
        """,
        policy("routes")
            .out()
            .lines()
            .filter(it -> it.contains("Ping"))
            .map("%s\n"::formatted)
            .collect(Collectors.joining()));
  }

  @Test
  void explainEvaluatesConditions() throws Exception {
    Files.writeString(
        file,
        YAML.replace("roles-claim: groups", "roles-claim: groups, claims: [ tenant_id ]")
            + "    - { deny: [ caller ], when: \"claims.tenant_id == 'acme'\", route: WS /ws }\n");
    String[] asked = {"explain", "--caller", "alice@example.com", "--route", "WS /ws"};
    var unknown = policy(asked);
    assertEquals(
        "the rule's condition cannot be evaluated: attribute not found;"
            + " --claim, --param and --ip say what the call is like\n",
        unknown.err());
    assertEquals(
        List.of("denied", "allowed"),
        Stream.of("acme", "other")
            .map(tenant -> policy(with(asked, "--claim", "tenant_id=" + tenant)).out())
            .map(out -> out.contains(" denied ") ? "denied" : "allowed")
            .toList());
    assertTrue(
        policy("who", "--route", "WS /ws")
            .out()
            .contains("not alice@example.com when claims.tenant_id == 'acme'"));
    assertEquals(2, policy(with(asked, "--claim", "tenant_id")).exitCode());
    var tests =
        Files.writeString(
            folder.resolve("tests.yaml"),
            """
            tests:
              - { caller: alice@example.com, claims: { tenant_id: acme }, route: WS /ws, expect: denied }
              - { caller: alice@example.com, claims: { tenant_id: b }, route: WS /ws, expect: allowed }
              - { caller: alice@example.com, claims: { tenant_id: [ a, b ] }, route: WS /ws, expect: denied }
            """);
    assertEquals(0, policy("test", tests.toString()).exitCode());
  }

  private static String[] with(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void diffKnowsWhomARuleDenies() throws Exception {
    var proposed = Files.writeString(folder.resolve("proposed.yaml"), YAML + DENY);
    assertEquals(
        """
        ROUTE  CHANGE  WHO
        GRPC Echo/Chat  loses  bob@example.com
        GRPC Echo/Chat  loses  tokens with role interns
        GRPC Echo/Collect  loses  bob@example.com
        GRPC Echo/Collect  loses  tokens with role interns
        GRPC Echo/Ping  loses  bob@example.com
        GRPC Echo/Ping  loses  tokens with role interns
        GRPC Echo/Watch  loses  bob@example.com
        GRPC Echo/Watch  loses  tokens with role interns
        """,
        policy("diff", file.toString(), proposed.toString()).out());
    assertEquals(
        policy("diff", file.toString(), proposed.toString()).out().replace("loses", "gains"),
        policy("diff", proposed.toString(), file.toString()).out());
  }

  @Test
  void aRuleThatCanDenyNobodyIsReported() throws Exception {
    Files.writeString(
        file,
        YAML
            + """
                - { deny: [ bob@example.com ], route: HTTP GET /ping }
                - { deny: [ bob@example.com ], route: WS /wss }
                - { deny: [ bob@example.com ], allow: [ anyone ], route: WS /ws }
            """);
    assertEquals(
        """
        application.yaml:13: policy.rules.6.deny: stands in a rule without allow
        application.yaml:12: policy.rules.5.route: WS /wss is not mounted; did you mean WS /ws?
        application.yaml:11: policy.rules.4.route: HTTP GET /ping is open to anyone, with or without \
        a token, so nobody can be denied there; deny anyone, or allow authenticated instead of anyone
        3 problems
        """,
        policy("check", file.toString()).err());
    Files.writeString(
        file, YAML.replace("allow: [ caller ], route: WS", "deny: [ caller ], route: WS"));
    assertEquals(
        "application.yaml:6: policy.rules: no rule is about WS /ws, which is mounted; add one that"
            + " says who may call it, because one that denies allows nobody\n1 problem\n",
        policy("check", file.toString()).err());
    Files.writeString(
        file,
        YAML.replace("allow: [ caller ], route: WS", "deny: [ anyone ], route: WS")
            + "    - { deny: [ bob@example.com ], route: HTTP * /** }\n");
    assertEquals(
        "application.yaml:11: policy.rules.4.route: HTTP GET /ping is open to anyone, with or"
            + " without a token, so nobody can be denied there; deny anyone, or allow authenticated"
            + " instead of anyone\n1 problem\n",
        policy("check", file.toString()).err());
  }

  @Test
  void anInvalidAddressIsReported() throws Exception {
    Files.writeString(file, YAML + "server: { host: 300.0.0.1 }\n");
    assertEquals(
        "application.yaml:11: server.host: '300.0.0.1' is neither an IP address nor a name that"
            + " resolves\n"
            + "1 problem\n",
        policy("check", file.toString()).err());
  }

  @Test
  void anInvalidPortInTheEnvironmentIsReported() {
    environment = Map.of("PORT", "http");
    var said = policy("check", file.toString());
    assertEquals(2, said.exitCode());
    assertEquals("PORT: server.port: must be a whole number, not 'http'\n1 problem\n", said.err());
  }

  @Test
  void diffSaysWhoseAccessChanges() throws Exception {
    var proposed =
        Files.writeString(
            folder.resolve("proposed.yaml"),
            YAML.replace("bob@example.com", "dave@example.com")
                .replace("[ caller ], route: WS", "[ authenticated ], route: WS"));
    assertEquals(
        """
        ROUTE  CHANGE  WHO
        GRPC Echo/Chat  gains  dave@example.com
        GRPC Echo/Chat  loses  bob@example.com
        GRPC Echo/Collect  gains  dave@example.com
        GRPC Echo/Collect  loses  bob@example.com
        GRPC Echo/Ping  gains  dave@example.com
        GRPC Echo/Ping  loses  bob@example.com
        GRPC Echo/Watch  gains  dave@example.com
        GRPC Echo/Watch  loses  bob@example.com
        WS /ws  gains  authenticated
        """,
        policy("diff", file.toString(), proposed.toString()).out());
  }

  @Test
  void diffSaysWhichIssuersAreTrustedDifferently() throws Exception {
    var proposed =
        Files.writeString(
            folder.resolve("proposed.yaml"),
            YAML.replace("audiences: [ me ]", "audiences: [ me, you ]"));
    assertEquals(
        """
        ROUTE  CHANGE  WHO
        all that its callers may call  gains  issuer test
        all that its callers may call  loses  issuer test
        """,
        policy("diff", file.toString(), proposed.toString()).out());
  }

  @Test
  void checkValidatesAsAStartDoes() throws Exception {
    assertEquals(
        "good: 6 routes, open to anyone: [HTTP GET /ping]\n",
        policy("check", file.toString()).out());
    var bad =
        Files.writeString(
            folder.resolve("bad.yaml"), YAML.replace("GRPC Echo/Watch", "GRPC Echo/Wach"));
    var said = policy("check", bad.toString());
    assertEquals(2, said.exitCode());
    assertEquals(
        "bad.yaml:9: policy.rules.2.route: GRPC Echo/Wach is not mounted; did you mean GRPC"
            + " Echo/Watch?\n"
            + "1 problem\n",
        said.err());
  }

  @Test
  void anUnmountedRouteIsReported() {
    assertEquals(2, policy("who", "--route", "WS /nowhere").exitCode());
  }

  private String tests(String... rows) throws Exception {
    var text = new StringBuilder("tests:\n");
    for (var row : rows) {
      text.append("  - ").append(row).append('\n');
    }
    return Files.writeString(folder.resolve("test.yaml"), text).toString();
  }
}
