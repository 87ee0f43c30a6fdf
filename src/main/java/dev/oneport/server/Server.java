package dev.oneport.server;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.audit.AuditLog;
import dev.oneport.builtins.DevTokens;
import dev.oneport.builtins.Health;
import dev.oneport.builtins.Page;
import dev.oneport.config.Configuration;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.FileWatch;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.fleet.Fleet;
import dev.oneport.fleet.FleetQuotas;
import dev.oneport.fleet.SharedRedis;
import dev.oneport.gate.Gate;
import dev.oneport.gateway.ForwardedIdentities;
import dev.oneport.gateway.Gateway;
import dev.oneport.gateway.UpstreamStandings;
import dev.oneport.gateway.assertion.AssertionKeys;
import dev.oneport.gateway.idtoken.IdTokens;
import dev.oneport.identity.DevIssuer;
import dev.oneport.identity.TrustedIssuers;
import dev.oneport.identity.VerifiedCertificates;
import dev.oneport.page.Account;
import dev.oneport.telemetry.Telemetry;
import dev.oneport.time.Clocks;
import io.grpc.ServerServiceDefinition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server: one listener, the services mounted on it, and the gate in front of all of them.
 * Internal: programs use {@link OnePort}.
 */
public final class Server implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration GLANCE = Duration.ofMillis(5);

  /** How long the last spans and metrics may take to reach the collector. */
  private static final Duration LAST_EXPORT = Duration.ofSeconds(2);

  private final Supplier<Configuration> source;
  private final Mounts mounts;
  private final Set<Route> mounted;
  private final Optional<DevTokens> dev;
  private final Clocks clocks;
  private final Health health;
  private final Optional<SharedRedis> redis;
  private final Optional<FleetQuotas> quotas;
  private final Fleet fleet;
  private final TrustedIssuers trust;
  private final Gate gate;
  private final AuditLog audit;
  private final Telemetry telemetry;
  private final List<Service> services;
  private final Optional<ListenerTls> tls;
  private final Listener listener;
  private final Page page;
  private final AssertionKeys assertionKeys;
  private final IdTokens idTokens;
  private final UpstreamStandings standings;
  private final Gateway gateway;
  private final ForwardedMethods methods;
  private final ReentrantLock reloading = new ReentrantLock();
  private volatile Plan plan;

  /** The files of the last configuration read, valid or not, with their content. */
  private volatile Map<Path, String> lastReadFiles;

  private @Nullable FileWatch watch;

  private Server(
      Supplier<Configuration> source,
      List<Service> services,
      Optional<Service> sample,
      Optional<DevIssuer> issuer,
      AuditTarget target,
      Clocks clocks) {
    var preload = Preload.begin();
    this.source = source;
    this.dev = issuer.map(DevTokens::new);
    var mounts = Mounts.of(services, sample);
    var served = Set.copyOf(mounts.routes());
    dev.ifPresent(mounts::addOwn);
    this.mounts = mounts;
    var builtins = new Builtins(this::servedGrpc, this::isReachable);
    dev.ifPresent(_ -> builtins.mountForDev(mounts));
    builtins.mount(mounts);
    this.health = builtins.health();
    this.plan =
        Plan.read(
            source.get(),
            (settings, file, forwards) -> {
              builtins.mountPage(mounts, settings, Plan.forwardsRoot(forwards));
              return mounts.served(file, forwards);
            },
            dev,
            (configuration, settings) ->
                LoadedCertificate.load(configuration, settings.tls(), clocks.wall()),
            true,
            clocks.wall());
    this.lastReadFiles = plan.files();
    this.mounted = Set.copyOf(mounts.routes());
    mounts.close();
    this.redis = ConfiguredRedis.of(plan.shared().redis());
    this.quotas =
        redis.map(
            it -> new FleetQuotas(it.quotas(), plan.shared().withoutStore(), System::nanoTime));
    this.fleet = Fleet.of(plan.shared().revocations(), redis, () -> plan.identity(), clocks.wall());
    this.trust = new TrustedIssuers(clocks, fleet.revoked());
    this.clocks = clocks;
    var credentials = trust.replaceIssuers(plan.identity());
    this.gate =
        new Gate(
            credentials,
            plan.identity()::places,
            plan.policy(),
            plan.settings()
                .edge()
                .perimeter(
                    plan.settings().perAddress(),
                    clocks.steady(),
                    plan.settings().tls().isPresent()),
            plan.settings().limits().maxCalls(),
            Health::answers,
            plan.settings().maxCallDuration(),
            quotas,
            clocks);
    this.audit = target.open(plan.audit());
    this.services = List.copyOf(services);
    preload.join();
    var memory = plan.settings().limits().requestMemory();
    this.telemetry = ConfiguredTelemetry.start(plan.telemetry(), clocks.wall());
    var guards =
        new Guards(
            gate,
            builtins.before(audit, mounted, gate, telemetry.on()),
            telemetry.tracer(),
            memory);
    this.assertionKeys = new AssertionKeys(clocks.steady());
    this.idTokens = new IdTokens(clocks.wall());
    this.standings = new UpstreamStandings(memory.another());
    builtins.keys().publish(assertionKeys::published);
    builtins.logout().serve(gate, fleet);
    this.gateway = new Gateway(plan.settings().edge().proxies(), standings);
    this.methods = new ForwardedMethods(guards, plan.settings().limits().grpc(), standings);
    forward(plan);
    this.tls = ListenerTls.of(plan, VerifiedCertificates.asked(plan.identity()), clocks.wall());
    this.listener = new Listener(plan.settings(), mounts, guards, gateway, methods, memory, tls);
    builtins.metrics().watch(listener, tls, gate, trust, audit, standings::up, quotas);
    telemetry.export(builtins.metrics()::metrics);
    this.page = builtins.page();
    if (hasPage()) {
      var account =
          new Account(
              mounts.grpcServices(),
              route -> mounted.contains(route) && !served.contains(route),
              route -> methods.described(mountedGrpc()).methods(route),
              () -> dev.map(_ -> roles()),
              clocks.wall());
      page.show(gate, account, plan.settings().page().maxReaders());
    }
  }

  /**
   * Creates a server without starting it.
   *
   * @param source the configuration, read again on each reload
   * @param sample a service that is served only while a rule names it
   * @param target the output of the audit
   * @param dev whether to trust only this process's issuer, which mints tokens for local clients
   * @throws InvalidConfiguration with all problems of the configuration, or of the policy for the
   *     mounted routes
   */
  public static Server create(
      Supplier<Configuration> source,
      List<Service> services,
      Optional<Service> sample,
      AuditTarget target,
      boolean dev,
      Clocks clocks) {
    var issuer = dev ? Optional.of(new DevIssuer(clocks.wall())) : Optional.<DevIssuer>empty();
    return new Server(source, services, sample, issuer, target, clocks);
  }

  /**
   * Starts to listen.
   *
   * @throws PortUnavailable if the port cannot be bound
   */
  public Server start() {
    warn();
    fleet.join(gate::recheckNow);
    redis.ifPresent(SharedRedis::start);
    quotas.ifPresent(FleetQuotas::start);
    listener.start();
    health.started(mounts.ready(services), plan.settings().includeServices(), this::isReady);
    tls.ifPresent(ListenerTls::watch);
    watch = new FileWatch("configuration", LOOK, () -> lastReadFiles, this::changed);
    return this;
  }

  private boolean isReady() {
    return fleet.isReady() && standings.ready();
  }

  private void changed() {
    LOG.log(System.Logger.Level.INFO, "the configuration changed");
    reload();
  }

  /**
   * Reloads the configuration, or keeps the current one if the new one is invalid. Open calls are
   * judged again. Settings below {@code server} take effect at the next start, except the limits of
   * addresses.
   *
   * @return whether the configuration was valid
   */
  public boolean reload() {
    var page = new AtomicBoolean();
    reloading.lock();
    try {
      page.set(plan.settings().page().enabled());
      var configuration = source.get();
      var now = readAgain(configuration, page);
      if (!now.settings().sameAtStart(plan.settings())
          || !now.audit().equals(plan.audit())
          || !now.telemetry().equals(plan.telemetry())
          || !now.shared().equals(plan.shared())) {
        LOG.log(
            System.Logger.Level.WARNING,
            "server, audit, telemetry or shared settings changed; they take effect at the next"
                + " start");
      }
      var credentials = trust.replaceIssuers(now.identity());
      // First, because whoever sees the new policy at work may connect with a new authority.
      tls.ifPresent(it -> it.ask(VerifiedCertificates.asked(now.identity())));
      gate.replacePolicy(credentials, now.identity()::places, now.policy());
      gate.perimeter().limits().replace(now.settings().perAddress());
      forward(now);
      trust.retireOthers();
      plan = now;
      warn();
      LOG.log(
          System.Logger.Level.INFO,
          "configuration reloaded; open to anyone: {0}",
          now.policy().openRoutes());
      return true;
    } catch (InvalidConfiguration e) {
      e.problems().forEach(problem -> LOG.log(System.Logger.Level.ERROR, "{0}", problem));
      if (page.get() != plan.settings().page().enabled()) {
        LOG.log(
            System.Logger.Level.ERROR,
            "server.page takes effect at the next start, and so do rules about its routes");
      }
      LOG.log(
          System.Logger.Level.ERROR,
          "the configuration is invalid; the previous one stays in force");
      return false;
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "the configuration cannot be read; the previous one stays in force",
          e);
      return false;
    } finally {
      reloading.unlock();
    }
  }

  private void warn() {
    warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, "{0}", warning));
  }

  /** The values of the configuration that were accepted, but have no effect. */
  public List<ConfigurationProblem> warnings() {
    return plan.warnings();
  }

  /** Notes what the files hold, whether or not it is valid. */
  private Plan readAgain(Configuration configuration, AtomicBoolean page) {
    try {
      return Plan.read(
          configuration,
          (settings, file, forwards) -> {
            page.set(settings.page().enabled());
            return mounts.served(file, forwards);
          },
          dev,
          (_, _) -> plan.certificate(),
          // What is wrong with them now has been logged, and takes nothing back.
          false,
          clocks.wall());
    } finally {
      lastReadFiles = configuration.files();
    }
  }

  private void forward(Plan plan) {
    assertionKeys.replace(plan.forwards().assertions());
    var identities =
        new ForwardedIdentities(
            plan.forwards(),
            plan.identity().headers(),
            plan.identity().certificateHeaders(),
            plan.policy()::roles,
            assertionKeys,
            clocks.wall(),
            idTokens);
    idTokens.retain(plan.forwards().idTokens());
    standings.replace(plan.forwards(), identities);
    gateway.replace(plan.forwards(), plan.table(), identities);
    methods.replace(plan, identities);
  }

  /** The port of the listener. */
  public int port() {
    return listener.port();
  }

  /** The listener's certificate, as PEM; empty without TLS. */
  public Optional<String> certificate() {
    return tls.map(ListenerTls::pem);
  }

  /** Completed with the reason when the server can no longer serve. */
  public CompletableFuture<String> failure() {
    return listener.failure();
  }

  /** How long a stop may take. */
  public Duration gracePeriod() {
    return plan.settings().gracePeriod();
  }

  /**
   * Ends the stop at its deadline without waiting for open calls; recorded calls are still written.
   */
  public void abandon() {
    LOG.log(
        System.Logger.Level.WARNING,
        "the grace period is over with {0} calls open; they are cut off",
        gate.calls());
    audit.close();
  }

  /** The routes that anyone may call. */
  public List<Route> openRoutes() {
    return plan.policy().openRoutes();
  }

  /** The issuer of dev mode. */
  public Optional<DevTokens> devTokens() {
    return dev;
  }

  /** Whether there is a page at {@code /}. */
  public boolean hasPage() {
    return Page.isIn(mounted);
  }

  /** The page's path, if there is one. */
  public String pagePath() {
    return Page.path(mounted);
  }

  /** The roles that the policy knows. */
  public Set<String> roles() {
    return plan.roles();
  }

  /**
   * Stops accepting connections, serves requests that still arrive on open ones until their clients
   * have been notified, waits for calls in flight, and cuts off calls that outlast the grace
   * period. Streams, sockets and idle connections get the stream grace to end on their own.
   */
  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    tls.ifPresent(ListenerTls::close);
    health.draining();
    long deadline = System.nanoTime() + plan.settings().gracePeriod().toNanos();
    try {
      drain(plan.settings());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    health.close();
    standings.close();
    gateway.close();
    methods.close();
    fleet.close();
    quotas.ifPresent(FleetQuotas::close);
    redis.ifPresent(SharedRedis::close);
    gate.close();
    telemetry.close(shorter(LAST_EXPORT, left(deadline).minus(AuditLog.LAST)));
    audit.close();
  }

  private void drain(Settings settings) throws InterruptedException {
    long deadline = System.nanoTime() + settings.callGrace().toNanos();
    Thread.sleep(settings.drainDelay());
    services.forEach(Server::drain);
    page.drain();
    listener.drain();
    if (!listener.awaitEnd(shorter(settings.streamGrace(), left(deadline)))) {
      listener.closeIdle();
      gate.drain();
      // After the gate, which by then has noted for the audit why its sockets end.
      listener.closeSockets();
      boolean _ = listener.awaitEnd(left(deadline).plus(settings.cuttingOff()));
    }
    awaitCalls(deadline);
  }

  /**
   * Waits for handlers that outlive their connection or stream, because their audit lines are not
   * written yet.
   */
  private void awaitCalls(long deadline) throws InterruptedException {
    while (gate.calls() > 0 && left(deadline).isPositive()) {
      Thread.sleep(GLANCE);
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(deadline - System.nanoTime());
  }

  private List<ServerServiceDefinition> servedGrpc() {
    var served = new ArrayList<>(mountedGrpc());
    served.addAll(methods.described(served).definitions());
    return served;
  }

  private boolean isReachable(String service) {
    return methods
        .described(mountedGrpc())
        .upstream(service)
        .map(standings::isHealthy)
        .orElse(true);
  }

  private List<ServerServiceDefinition> mountedGrpc() {
    return mounts.grpcServices().stream()
        .filter(
            service ->
                service.getMethods().stream()
                    .map(method -> method.getMethodDescriptor().getFullMethodName())
                    .anyMatch(name -> gate.policy().isMounted(new Route(Protocol.GRPC, name))))
        .toList();
  }

  private static void drain(Service service) {
    try {
      service.drain();
    } catch (Exception | LinkageError e) {
      LOG.log(System.Logger.Level.WARNING, "a service failed in drain()", e);
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
