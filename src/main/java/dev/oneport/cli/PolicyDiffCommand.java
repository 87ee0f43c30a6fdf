package dev.oneport.cli;

import dev.oneport.api.Route;
import dev.oneport.policy.AllowedCaller;
import dev.oneport.server.Plan;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code oneport policy diff}: lists who gains or loses access by a change. */
@Command(
    name = "diff",
    description = "List who gains or loses access from one configuration to another.")
final class PolicyDiffCommand implements Callable<Integer> {
  @ParentCommand @Nullable PolicyCommand policy;

  @Parameters(index = "0", paramLabel = "OLD", description = "The old configuration.")
  Path old = Path.of("");

  @Parameters(index = "1", paramLabel = "NEW", description = "The new configuration.")
  Path other = Path.of("");

  @Option(
      names = "--exit-code",
      description = "Exit with 1 if anybody gains or loses access, as git diff does.")
  boolean exitCode;

  @Override
  public Integer call() throws Exception {
    var parent = Parent.of(policy);
    return parent.withValid(
        () -> {
          var before = parent.plan(old);
          var after = parent.plan(other);
          var routes = new TreeSet<>(Comparator.comparing(Route::toString));
          routes.addAll(before.policy().routes());
          routes.addAll(after.policy().routes());
          var table = new Table("route", "change", "who");
          after.identity().notIn(before.identity()).forEach(it -> callers(table, "gains", it));
          before.identity().notIn(after.identity()).forEach(it -> callers(table, "loses", it));
          for (var route : routes) {
            changes(before, after, route)
                .forEach(change -> table.row(route, change.change(), change.who()));
          }
          parent.print(table);
          return exitCode && !table.isEmpty() ? ExitCode.FAILED : ExitCode.OK;
        });
  }

  /**
   * An issuer whose settings differ is listed twice: callers lose access by the old ones and gain
   * it by the new ones.
   */
  private static void callers(Table table, String change, String issuer) {
    table.row("all that its callers may call", change, "issuer " + issuer);
  }

  private record Change(String change, String who) {}

  private static Set<Change> changes(Plan before, Plan after, Route route) {
    var granted = who(before, route);
    var grants = who(after, route);
    var changes = new LinkedHashSet<Change>();
    added(granted, grants).forEach(who -> changes.add(new Change("gains", who)));
    added(grants, granted).forEach(who -> changes.add(new Change("loses", who)));
    if (!granted.isEmpty() && !grants.isEmpty()) {
      var excepted = denied(before, route);
      var exceptions = denied(after, route);
      excepted(granted, exceptions, excepted).forEach(who -> changes.add(new Change("gains", who)));
      excepted(granted, excepted, exceptions).forEach(who -> changes.add(new Change("loses", who)));
    }
    return changes;
  }

  private static List<String> added(Set<String> before, Set<String> after) {
    return after.stream().filter(who -> !covers(before, who)).toList();
  }

  /** Whom only the rules after deny, of those that the grants may mean. */
  private static List<String> excepted(Set<String> granted, Set<String> before, Set<String> after) {
    return after.stream()
        .filter(who -> !before.contains(who))
        .filter(who -> granted.stream().anyMatch(grant -> AllowedCaller.mayMeet(grant, who)))
        .toList();
  }

  private static boolean covers(Set<String> all, String who) {
    return all.contains(who)
        || all.contains("anyone")
        || (all.contains("authenticated") && !who.equals("anyone"));
  }

  private static Set<String> denied(Plan plan, Route route) {
    return AllowedCaller.exceptions(plan.policy(), route, plan.identity().bringsRoles()).stream()
        .map(AllowedCaller::subject)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> who(Plan plan, Route route) {
    return AllowedCaller.of(plan.policy(), route, plan.identity().bringsRoles()).stream()
        .map(AllowedCaller::subject)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
