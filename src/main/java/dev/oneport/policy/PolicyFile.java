package dev.oneport.policy;

import dev.oneport.api.Route;
import dev.oneport.config.Section;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The policy as an operator wrote it below {@code policy}, not yet bound to routes: {@code roles}
 * and {@code rules}, {@code quotas}, and {@code shadow}, another policy of the same shape that
 * decides nothing.
 */
public final class PolicyFile {
  private final Section section;
  private final RuleBook book;
  private final Optional<RuleBook> shadow;
  private final List<Quota> quotas;
  private final TokenNames tokens;

  private PolicyFile(
      Section section,
      RuleBook book,
      Optional<RuleBook> shadow,
      List<Quota> quotas,
      TokenNames tokens) {
    this.section = section;
    this.book = book;
    this.shadow = shadow;
    this.quotas = List.copyOf(quotas);
    this.tokens = tokens;
  }

  /**
   * Reads the section and closes it.
   *
   * @param tokens what tokens can name
   */
  public static PolicyFile read(Section section, TokenNames tokens) {
    try (section) {
      var book = RuleBook.read(section, Map.of(), tokens);
      var quotas = QuotaReader.read(section.sections("quotas"), book.roles(), tokens);
      if (!section.has("shadow")) {
        return new PolicyFile(section, book, Optional.empty(), quotas, tokens);
      }
      if (book.hasShadows()) {
        section.problem("shadow", "cannot be combined with single rules that are marked shadow");
      }
      try (var other = section.section("shadow")) {
        var shadow = RuleBook.read(other, book.roles(), tokens);
        return new PolicyFile(section, book, Optional.of(shadow), quotas, tokens);
      }
    }
  }

  /** Adds a rule that anyone may call these routes, which the server itself needs. */
  public PolicyFile withOpen(List<Route> routes) {
    if (routes.isEmpty()) {
      return this;
    }
    var patterns =
        routes.stream().map(route -> new RoutePattern(route.protocol(), route.name())).toList();
    var rule =
        new Rule(
            false,
            Set.of(new Subject.Anyone()),
            patterns,
            Set.of(),
            Optional.empty(),
            false,
            "built in");
    return new PolicyFile(
        section, book.with(rule), shadow.map(it -> it.with(rule)), quotas, tokens);
  }

  /**
   * Splits a pattern into routes, so that exactly the same rules apply to all calls of one route.
   * Calls that no rule covers belong to none of the routes.
   */
  public Set<Route> split(RoutePattern whole) {
    var rules = new ArrayList<>(book.rules());
    shadow.ifPresent(it -> rules.addAll(it.rules()));
    var parts = new SplitPattern(whole, rules).parts();
    var split =
        book.forwarding(parts.stream().map(RoutePattern::route).collect(Collectors.toSet()));
    return parts.stream()
        .filter(split::covers)
        .map(RoutePattern::route)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * The variables of a forwarded route's path, by the place of their segment: those that rules
   * name, and those of the forward. A name for several segments is reported.
   *
   * @param own the variables of the forward
   */
  public Map<String, Integer> variables(Route route, Map<String, Integer> own) {
    var all = new LinkedHashMap<String, Set<Integer>>();
    own.forEach((name, place) -> all.computeIfAbsent(name, _ -> new HashSet<>()).add(place));
    for (var each : shadow.map(it -> List.of(book, it)).orElse(List.of(book))) {
      each.variables(route)
          .forEach(
              (name, places) -> all.computeIfAbsent(name, _ -> new HashSet<>()).addAll(places));
    }
    var variables = new LinkedHashMap<String, Integer>();
    all.forEach(
        (name, places) -> {
          if (places.size() > 1) {
            section.problem(
                "rules",
                "the rules about " + route + " name several segments of its path {" + name + "}");
          }
          variables.put(name, places.iterator().next());
        });
    return variables;
  }

  /** The names of the roles. */
  public Set<String> roles() {
    return book.roles().keySet();
  }

  /** Whether any rule names a route other than by a broad pattern. */
  public boolean mentions(Route route) {
    return book.rules().stream()
        .flatMap(rule -> rule.routes().stream())
        .anyMatch(pattern -> !pattern.isBroad() && pattern.contains(RoutePattern.of(route)));
  }

  /** Warns of quotas that count messages; for a server without gRPC and WebSocket routes. */
  public void warnOfMessages() {
    for (int i = 0; i < quotas.size(); i++) {
      if (quotas.get(i).messagesPerSecond() > 0) {
        section.warn(
            "quotas." + i + ".messages-per-second",
            "has no effect: it counts messages on gRPC streams and WebSockets, and no such route is"
                + " mounted or forwarded");
      }
    }
  }

  /** Whether any quota counts the calls of all servers. */
  public boolean hasFleetQuotas() {
    return quotas.stream().anyMatch(Quota::isOfFleet);
  }

  /** Reports quotas of the fleet, for a server that shares no Redis. */
  public void reportFleetQuotas() {
    for (int i = 0; i < quotas.size(); i++) {
      if (quotas.get(i).isOfFleet()) {
        section.problem("quotas." + i + ".scope", "needs shared.redis, where the servers count");
      }
    }
  }

  /** Warns of quotas for callers whom no rule allows anything. */
  private void warnOfUnlimited() {
    var allowed = allowed();
    for (int i = 0; i < quotas.size(); i++) {
      for (var subject : quotas.get(i).callers()) {
        if (!allowed.mayInclude(subject)) {
          section.warn(
              "quotas." + i + ".for", "has no effect for " + subject + ": no rule allows it");
        }
      }
    }
  }

  /**
   * Whether any rule, or one of the shadow policy, may allow callers of some issuers.
   *
   * @param issuers their names in callers
   * @param brings whether their credentials may bring a role
   */
  public boolean mayAllow(Set<String> issuers, Predicate<String> brings) {
    return allowed().mayBeOf(issuers, brings);
  }

  private AllowedSubjects allowed() {
    return new AllowedSubjects(shadow.map(it -> List.of(book, it)).orElse(List.of(book)), tokens);
  }

  /** Whether any rule names this very route, not by a pattern. */
  public boolean names(Route route) {
    return book.rules().stream()
        .flatMap(rule -> rule.routes().stream())
        .anyMatch(pattern -> pattern.route().equals(route));
  }

  /** Whether any rule is for callers with a token. */
  public boolean wantsTokens() {
    return book.rules().stream().anyMatch(rule -> !rule.forAnyone());
  }

  /**
   * Binds the rules to the mounted routes. Reports routes without a rule and rules without a route
   * as mistakes, because both mean that the operator is wrong about access.
   */
  public Policy bind(Set<Route> mounted) {
    return bind(mounted, Map.of());
  }

  /**
   * Likewise with forwards.
   *
   * @param mounted all routes, including those of forwards
   * @param variables the routes of forwards alone, with the names of the variables in their paths
   */
  public Policy bind(Set<Route> mounted, Map<Route, Set<String>> variables) {
    var forwarded = variables.keySet();
    var book = this.book.forwarding(forwarded);
    var shadow = this.shadow.map(it -> it.forwarding(forwarded));
    book.reportUncovered(section, mounted);
    book.reportDead(section, mounted);
    var deciding = book.deciding();
    book.reportPowerless(section, mounted);
    book.reportUndecided(section, mounted);
    var pointless = new PointlessRules(section, book.bind(mounted), tokens);
    pointless.reportConditions(book.rules(), route -> variables.getOrDefault(route, Set.of()));
    pointless.warnOfDenied(book.rules());
    new CoveredRules(book, book.bind(mounted), tokens).warn(section);
    warnOfUnlimited();
    shadow.ifPresent(
        it -> {
          it.reportDead(section.section("shadow"), mounted);
          it.reportPowerless(section.section("shadow"), mounted);
          it.reportUndecided(section.section("shadow"), mounted);
          new PointlessRules(section.section("shadow"), it.bind(mounted), tokens)
              .reportConditions(it.rules(), route -> variables.getOrDefault(route, Set.of()));
        });
    var supposed = shadow.or(() -> Optional.of(book).filter(RuleBook::hasShadows));
    return new Policy(
        deciding.bindApart(mounted),
        deciding.roles(),
        quotas,
        tokens,
        forwarded,
        supposed.map(
            it ->
                new Policy(
                    it.bindApart(mounted),
                    it.roles(),
                    quotas,
                    tokens,
                    forwarded,
                    Optional.empty())));
  }
}
