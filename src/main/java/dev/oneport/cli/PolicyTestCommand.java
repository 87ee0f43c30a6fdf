package dev.oneport.cli;

import dev.oneport.condition.AskedFacts;
import dev.oneport.config.Configuration;
import dev.oneport.config.Section;
import dev.oneport.policy.RoutePattern;
import dev.oneport.server.Plan;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code oneport policy test}: compares expected decisions with the policy. */
@Command(
    name = "test",
    description = "Compare expected decisions with the policy: exit code 0, or 1 if any differs.",
    footer = {
      "",
      "The file:",
      "  tests:",
      "    - { caller: alice@example.com, route: GRPC Echo/Ping, expect: allowed }",
      "    - { caller: bob@example.com, roles: [ reader ], route: [ GRPC Echo/Ping, WS /ws ], expect: denied }",
      "    - { route: HTTP GET /ping, expect: allowed }      without a token",
      "    - { token-file: alice.jwt, route: WS /ws, expect: allowed }      or claims-file: a JSON file",
      "  For conditions: claims: { tenant_id: acme }, params: { id: acme }, ip: 192.0.2.1"
    })
final class PolicyTestCommand implements Callable<Integer> {
  @ParentCommand @Nullable PolicyCommand policy;

  @Parameters(paramLabel = "FILE", description = "The file with the expected decisions.")
  Path file = Path.of("");

  private enum Expected {
    DENIED,
    ALLOWED
  }

  @Override
  public Integer call() throws Exception {
    var parent = Parent.of(policy);
    return parent.withValid(
        () -> {
          var plan = parent.plan();
          var tests = Configuration.read(file, parent.environment(), false);
          var wrong = new Table("place", "caller", "route", "expected", "decision");
          int count = 0;
          if (tests.root().sections("tests").isEmpty()) {
            tests.root().problem("tests", "must list the expected decisions");
          }
          for (var test : tests.root().sections("tests")) {
            try (test) {
              count += test(plan, test, wrong);
            }
          }
          tests.check();
          return report(parent, wrong, count);
        });
  }

  private static int test(Plan plan, Section test, Table wrong) {
    var who = new ExpectedCaller(plan, test);
    var parameters = parameters(test);
    var address = test.text("ip", "");
    test.required("expect");
    var expected = test.choice("expect", Expected.DENIED);
    var routes = test.texts("route");
    if (routes.isEmpty()) {
      test.problem("route", "must name the routes to call");
    }
    for (var text : routes) {
      var route =
          RoutePattern.parse(text)
              .map(RoutePattern::route)
              .filter(plan.policy().routes()::contains);
      if (route.isEmpty()) {
        test.problem(
            "route", "'" + text + "' is not a mounted route" + PolicyCommand.nearest(plan, text));
        continue;
      }
      var caller = who.at(route.get());
      var facts = new AskedFacts(caller, route.get(), parameters, address, Instant.now());
      var decision = plan.policy().decide(facts).allowed() ? Expected.ALLOWED : Expected.DENIED;
      if (decision != expected) {
        wrong.row(test.place(), AskedCaller.shown(caller), text, lower(expected), lower(decision));
      }
    }
    return routes.size();
  }

  private static Map<String, String> parameters(Section test) {
    var parameters = new HashMap<String, String>();
    try (var section = test.section("params")) {
      test.names("params").forEach(name -> parameters.put(name, section.text(name, "")));
    }
    return parameters;
  }

  private static int report(PolicyCommand parent, Table wrong, int count) {
    if (!wrong.isEmpty()) {
      parent.print(wrong);
      return ExitCode.FAILED;
    }
    parent.err().println(count + " decisions are as expected");
    return ExitCode.OK;
  }

  private static String lower(Expected expected) {
    return expected == Expected.ALLOWED ? "allowed" : "denied";
  }
}
