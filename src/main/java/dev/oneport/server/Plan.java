package dev.oneport.server;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.audit.AuditSettings;
import dev.oneport.builtins.BackChannelLogout;
import dev.oneport.builtins.DevTokens;
import dev.oneport.builtins.Page;
import dev.oneport.builtins.PublishedKeys;
import dev.oneport.builtins.Reflection;
import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.config.Section;
import dev.oneport.fleet.SharedSettings;
import dev.oneport.gateway.CanonicalPath;
import dev.oneport.gateway.ForwardTable;
import dev.oneport.gateway.Forwards;
import dev.oneport.identity.Identity;
import dev.oneport.policy.Policy;
import dev.oneport.policy.PolicyFile;
import dev.oneport.policy.TokenNames;
import dev.oneport.policy.TokenNames.CallerCheck;
import dev.oneport.telemetry.TelemetrySettings;
import dev.oneport.time.Clocks;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * A configuration that is read, checked and bound to the mounted routes.
 *
 * @param roles the roles that the policy knows
 * @param table the forwards, split by the rules
 * @param certificate the listener's certificate, if it uses TLS
 * @param shared what is shared with other servers, and where
 * @param files the files with the content that was read
 * @param warnings values that were accepted, but have no effect
 */
public record Plan(
    Settings settings,
    AuditSettings audit,
    Optional<TelemetrySettings> telemetry,
    Identity identity,
    Policy policy,
    Set<String> roles,
    Forwards forwards,
    ForwardTable table,
    Optional<LoadedCertificate> certificate,
    SharedSettings shared,
    Map<Path, String> files,
    List<ConfigurationProblem> warnings) {
  private static final String VERSION =
      Objects.requireNonNullElse(Plan.class.getPackage().getImplementationVersion(), "development");

  /** Finds the routes that are served in this process. */
  @FunctionalInterface
  interface Mounting {
    /** The routes for given settings, policy and forwards. */
    Set<Route> served(Settings settings, PolicyFile file, ForwardTable forwards);
  }

  /**
   * Reads a configuration for a server that mounts these services.
   *
   * @param sample a service that is served only while a rule names it
   * @throws InvalidConfiguration with all problems of the configuration, or of the policy for the
   *     mounted routes
   */
  public static Plan read(
      Configuration configuration, List<Service> services, Optional<Service> sample) {
    var mounts = Mounts.of(services, sample);
    var builtins = new Builtins(List::of, _ -> true);
    builtins.mount(mounts);
    return read(
        configuration,
        (settings, file, forwards) -> {
          builtins.mountPage(mounts, settings, forwardsRoot(forwards));
          return mounts.served(file, forwards);
        },
        Optional.empty(),
        (_, _) -> Optional.empty(),
        true,
        Clocks.system().wall());
  }

  /**
   * Reads a configuration.
   *
   * @param mounting finds the served routes for given settings and policy
   * @param dev the issuer of dev mode, which is then the only trusted one
   * @param certificates loads the listener's certificate, or reports its problems
   * @param withRevocations whether to report what is wrong with the revocations
   */
  static Plan read(
      Configuration configuration,
      Mounting mounting,
      Optional<DevTokens> dev,
      BiFunction<Configuration, Settings, Optional<LoadedCertificate>> certificates,
      boolean withRevocations,
      InstantSource now) {
    var root = configuration.root();
    var settings = Settings.read(root.section("server"), dev.isPresent());
    var audit = AuditSettings.read(root.section("audit"));
    var telemetry = TelemetrySettings.read(root.section("telemetry"), VERSION);
    var section = root.section("identity");
    var identity = dev.map(DevTokens::identity).orElseGet(() -> Identity.read(section));
    identity.check(
        section, settings.tls().isPresent(), settings.edge().proxies().any(), now.instant());
    var shared = SharedSettings.read(root.section("shared"), identity, withRevocations);
    var file =
        PolicyFile.read(
            root.section("policy"),
            new TokenNames(
                identity.bringsRoles(),
                identity::mayBring,
                identity.callerPrefixes(),
                identity::listsClaim,
                identity.names(),
                callerCheck(identity)));
    if (identity.isEmpty() && file.wantsTokens()) {
      section.problem(
          "issuers", "must name at least one issuer: rules allow callers who need a token");
    }
    var forwards = Forwards.read(root);
    var table = ForwardTable.of(forwards, file);
    forwards.checkAssertions(
        root,
        file.mentions(PublishedKeys.ROUTE),
        name -> dev.isPresent() || identity.listsClaim(name));
    var mounted = new LinkedHashSet<>(mounting.served(settings, file, table));
    if (!identity.logoutIssuers().isEmpty() && file.mentions(BackChannelLogout.ROUTE)) {
      // Not for an upstream, whatever is forwarded: nobody else would revoke the sessions here.
      mounted.add(BackChannelLogout.ROUTE);
    }
    for (var forward : forwards.forwards()) {
      if (mounted.contains(forward.pattern().route())) {
        root.problem("forward", forward.pattern() + " is already mounted by a service");
      }
    }
    var forwarded = new LinkedHashMap<Route, Set<String>>();
    table.all().stream()
        .filter(it -> !mounted.contains(it.route()))
        .forEach(it -> forwarded.put(it.route(), it.variables().keySet()));
    mounted.addAll(forwarded.keySet());
    var whole = dev.isPresent() ? file.withOpen(open(file, mounted)) : file;
    var policy = whole.bind(mounted, forwarded);
    BackChannelLogout.check(
        section,
        identity,
        file.names(BackChannelLogout.ROUTE),
        policy.openRoutes().contains(BackChannelLogout.ROUTE),
        shared.revocations().isPresent());
    var certificate = certificates.apply(configuration, settings);
    if (shared.redis().isEmpty()) {
      file.reportFleetQuotas();
    } else {
      root.section("shared")
          .section("quotas")
          .warnIf(!file.hasFleetQuotas(), "without-store", "no quota has scope: fleet");
    }
    warn(root, file, mounted);
    warnOfIssuers(section, identity, file);
    configuration.check();
    return new Plan(
        settings,
        audit,
        telemetry,
        identity,
        policy,
        whole.roles(),
        forwards,
        table,
        certificate,
        shared,
        configuration.files(),
        configuration.warnings());
  }

  private static CallerCheck callerCheck(Identity identity) {
    return new CallerCheck() {
      @Override
      public Optional<String> name(String caller, Set<String> issuers) {
        return identity.callerProblem(caller, issuers);
      }

      @Override
      public Optional<String> pattern(String head, String tail, Set<String> issuers) {
        return identity.patternProblem(head, tail, issuers);
      }

      @Override
      public boolean isAddress(String text) {
        return identity.namesByAddress(text);
      }
    };
  }

  /** Warns of settings about protocols of which no route is mounted. */
  private static void warn(Section root, PolicyFile file, Set<Route> mounted) {
    var sockets = mounted.stream().anyMatch(route -> route.protocol() == Protocol.WS);
    var socket = root.section("server").section("websocket");
    if (!sockets && socket.has("origins")) {
      socket.warn("origins", "has no effect: no WebSocket route is mounted or forwarded");
    }
    if (mounted.stream().allMatch(route -> route.protocol() == Protocol.HTTP)) {
      file.warnOfMessages();
    }
  }

  /** Warns of issuers of which no rule allows any caller. */
  private static void warnOfIssuers(Section section, Identity identity, PolicyFile file) {
    identity
        .names()
        .orElse(Map.of())
        .forEach(
            (name, issuers) -> {
              var key = "issuers." + name;
              if (!section.hasProblem(key)
                  && !file.mayAllow(issuers, role -> identity.mayBring(role, issuers))) {
                section.warn(key, "has no effect: no rule allows any of its callers");
              }
            });
  }

  /** Whether the upstream has the path of the page. */
  static boolean forwardsRoot(ForwardTable table) {
    return CanonicalPath.of("/").flatMap(path -> table.http("GET", path)).isPresent();
  }

  /**
   * The routes that dev mode opens without a rule: its tokens, and the page and reflection if no
   * rule names them.
   */
  private static List<Route> open(PolicyFile file, Set<Route> mounted) {
    var open = new ArrayList<>(List.of(DevTokens.ROUTE));
    var unless = new ArrayList<>(Reflection.ROUTES);
    if (Page.isIn(mounted)) {
      unless.addAll(Page.ROUTES);
    }
    unless.stream()
        .filter(mounted::contains)
        .filter(route -> !file.mentions(route))
        .forEach(open::add);
    return open;
  }
}
