package dev.oneport.server;

import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.builtins.BackChannelLogout;
import dev.oneport.builtins.Health;
import dev.oneport.builtins.MetricsPage;
import dev.oneport.builtins.Page;
import dev.oneport.builtins.PublishedKeys;
import dev.oneport.builtins.Reflection;
import dev.oneport.gate.Gate;
import dev.oneport.record.CallSink;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** The server's built-in services. */
final class Builtins {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  private final Health health;
  private final MetricsPage metrics = new MetricsPage();
  private final Page page = new Page();
  private final PublishedKeys keys = new PublishedKeys();
  private final BackChannelLogout logout = new BackChannelLogout();
  private final Reflection reflection;

  /**
   * Creates the services.
   *
   * @param grpcServices supplies the gRPC services that are currently served
   * @param reachable whether a service of this name, if it is forwarded, has a healthy upstream
   */
  Builtins(Supplier<List<ServerServiceDefinition>> grpcServices, Predicate<String> reachable) {
    this.health = new Health(grpcServices, reachable);
    this.reflection = new Reflection(grpcServices);
  }

  /** Mounts each built-in service that a rule may name, now or after a reload. */
  void mount(Mounts mounts) {
    mounts.addOptional(services());
  }

  /**
   * Mounts the page if it is enabled and no service mounts one of its routes.
   *
   * @param rootForwarded whether requests for {@code /} are forwarded
   */
  void mountPage(Mounts mounts, Settings settings, boolean rootForwarded) {
    if (settings.page().enabled()) {
      if (Page.fits(mounts.routes())) {
        if (rootForwarded) {
          page.leaveRoot();
        }
        mounts.addOwn(page);
      } else {
        LOG.log(
            System.Logger.Level.INFO,
            "the page is not served, because a service mounts one of its routes");
      }
    }
  }

  /** Mounts the services that dev mode serves regardless of the rules. */
  void mountForDev(Mounts mounts) {
    reflection.services().forEach(mounts::addOwn);
  }

  private List<Service> services() {
    var services = new ArrayList<Service>();
    services.addAll(health.services());
    services.addAll(reflection.services());
    services.add(metrics);
    services.add(keys);
    services.add(logout);
    return services;
  }

  /** Adds the sinks of built-in services that read call records. */
  CallSink before(CallSink audit, Set<Route> mounted, Gate gate, boolean exported) {
    var measured = metrics.before(audit, () -> exported || gate.policy().has(MetricsPage.ROUTE));
    return Page.isIn(mounted) ? page.before(measured) : measured;
  }

  MetricsPage metrics() {
    return metrics;
  }

  PublishedKeys keys() {
    return keys;
  }

  BackChannelLogout logout() {
    return logout;
  }

  Page page() {
    return page;
  }

  Health health() {
    return health;
  }
}
