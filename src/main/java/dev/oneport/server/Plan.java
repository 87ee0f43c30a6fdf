package dev.oneport.server;

import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.audit.AuditSettings;
import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.gate.Policy;
import dev.oneport.gate.PolicyFile;
import dev.oneport.identity.Identity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * All that one configuration says, read, checked, and bound to what is mounted.
 *
 * @param roles the roles that the policy knows
 * @param files the files that say it, as they were read
 */
public record Plan(
    Settings settings,
    AuditSettings audit,
    Identity identity,
    Policy policy,
    Set<String> roles,
    Map<Path, String> files) {
  /**
   * Reads a configuration for a server that mounts these services.
   *
   * @param sample a service that is served only while a rule is about it
   * @throws InvalidConfiguration with all that is wrong with it, or with the policy for what is
   *     mounted
   */
  public static Plan read(
      Configuration configuration, List<Service> services, Optional<Service> sample) {
    var mounts = Mounts.of(services, sample);
    var builtins = new Builtins(List::of);
    builtins.mount(mounts);
    return read(
        configuration,
        (settings, file) -> {
          builtins.mountPage(mounts, settings);
          return mounts.served(file);
        },
        Optional.empty());
  }

  /**
   * Reads a configuration.
   *
   * @param mounting says what is served, for settings and a policy that may want more or less of it
   * @param dev what gives out tokens in dev mode; its issuer then is the only one trusted
   */
  static Plan read(
      Configuration configuration,
      BiFunction<Settings, PolicyFile, Set<Route>> mounting,
      Optional<DevTokens> dev) {
    var root = configuration.root();
    var settings = Settings.read(root.section("server"), dev.isPresent());
    var audit = AuditSettings.read(root.section("audit"));
    var section = root.section("identity");
    var identity = dev.map(DevTokens::identity).orElseGet(() -> Identity.read(section));
    var file = PolicyFile.read(root.section("policy"), identity.bringsRoles());
    if (identity.isEmpty() && file.wantsTokens()) {
      section.problem(
          "issuers", "must name who issues tokens: rules allow callers that only a token can name");
    }
    var mounted = mounting.apply(settings, file);
    var whole = dev.isPresent() ? file.withOpen(open(file, mounted)) : file;
    var policy = whole.bind(mounted);
    configuration.check();
    return new Plan(settings, audit, identity, policy, whole.roles(), configuration.files());
  }

  /**
   * What dev mode opens without being told: its tokens, and the page and reflection where no rule
   * is about them.
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
