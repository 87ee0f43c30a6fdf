package dev.oneport.server;

import dev.oneport.access.Gate;
import dev.oneport.access.Policy;
import dev.oneport.access.PolicyFile;
import dev.oneport.access.Route;
import dev.oneport.audit.AuditLog;
import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.identity.DevIssuer;
import dev.oneport.identity.Identity;
import dev.oneport.identity.Trust;
import io.helidon.webserver.WebServer;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The server: one listener, the services mounted on it, and the gate before all of them. */
public final class OnePort implements AutoCloseable {
  private final WebServer server;
  private final Settings settings;
  private final Policy policy;
  private final Set<String> roles;
  private final Optional<DevTokens> devTokens;

  private OnePort(
      WebServer server,
      Settings settings,
      Policy policy,
      Set<String> roles,
      Optional<DevTokens> devTokens) {
    this.server = server;
    this.settings = settings;
    this.policy = policy;
    this.roles = roles;
    this.devTokens = devTokens;
  }

  /**
   * Puts a server together without starting it.
   *
   * @param dev whether to trust an issuer of this process alone, which gives tokens to this
   *     machine, and no other
   * @throws InvalidConfiguration with all that is wrong with the configuration, or with the policy
   *     for what is mounted
   */
  public static OnePort create(
      Configuration configuration, List<Service> services, boolean dev, Clock clock) {
    var root = configuration.root();
    var settings = Settings.read(root.section("server"), dev);
    var identitySection = root.section("identity");
    var devIssuer = dev ? Optional.of(new DevIssuer(clock)) : Optional.<DevIssuer>empty();
    var identity = devIssuer.map(Identity::of).orElseGet(() -> Identity.read(identitySection));
    var policyFile = PolicyFile.read(root.section("policy"), identity.bringsRoles());
    var mounts = new Mounts();
    services.forEach(service -> service.mount(mounts));
    var devTokens = devIssuer.map(DevTokens::new);
    if (devTokens.isPresent()) {
      devTokens.get().mount(mounts);
      policyFile = policyFile.with(DevTokens.ROUTE, true);
    }
    var policy = policyFile.bind(mounts.routes());
    configuration.check();
    var gate = new Gate(new Trust(clock).adopt(identity), identity.headers(), policy);
    return new OnePort(
        server(settings, mounts, gate), settings, policy, policyFile.roles(), devTokens);
  }

  /**
   * Starts to listen.
   *
   * @throws IllegalStateException if the port cannot be had
   */
  public OnePort start() {
    server.start();
    if (!server.isRunning()) {
      throw new IllegalStateException(
          "cannot listen on port " + settings.port() + "; is it taken?");
    }
    return this;
  }

  /** The port that is listened on. */
  public int port() {
    return server.port();
  }

  /** The routes that anyone may call. */
  public List<Route> openRoutes() {
    return policy.openRoutes();
  }

  /** What gives out tokens in dev mode. */
  public Optional<DevTokens> devTokens() {
    return devTokens;
  }

  /** The roles that the policy knows. */
  public Set<String> roles() {
    return roles;
  }

  /** Takes no more calls and waits for those in flight, for the grace period at most. */
  @Override
  public void close() {
    server.stop();
  }

  private static WebServer server(Settings settings, Mounts mounts, Gate gate) {
    var audit = new AuditLog();
    return Listener.builder(settings)
        .addRouting(mounts.httpRouting(gate, audit))
        .addRouting(mounts.grpcRouting(gate, audit))
        .addRouting(mounts.webSocketRouting(gate, audit))
        .build();
  }
}
