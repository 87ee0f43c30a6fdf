package dev.oneport.server;

import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.audit.CallSink;
import dev.oneport.gate.Gate;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** What the server itself can serve. */
final class Builtins {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  private final Health health = new Health();
  private final MetricsPage metrics = new MetricsPage();
  private final Page page = new Page();
  private final Reflection reflection;

  Builtins(Supplier<List<ServerServiceDefinition>> grpcServices) {
    this.reflection = new Reflection(grpcServices);
  }

  /** Mounts each part that a rule may be about, now or after a reload. */
  void mount(Mounts mounts) {
    mounts.addOptional(services());
  }

  /**
   * Mounts the page if it is set. It steps aside for a service that mounts something of its own in
   * its place.
   */
  void mountPage(Mounts mounts, Settings settings) {
    if (settings.page().enabled()) {
      if (Page.fits(mounts.routes())) {
        mounts.addOwn(page);
      } else {
        LOG.log(System.Logger.Level.INFO, "a service mounts a route of the page; there is no page");
      }
    }
  }

  /** Mounts what dev mode has whatever the rules say. */
  void mountForDev(Mounts mounts) {
    reflection.services().forEach(mounts::addOwn);
  }

  private List<Service> services() {
    var services = new ArrayList<Service>();
    services.addAll(health.services());
    services.addAll(reflection.services());
    services.add(metrics);
    return services;
  }

  /** Where the records of calls go first, for those parts that look at them. */
  CallSink before(CallSink audit, Set<Route> mounted, Gate gate) {
    var measured = metrics.before(audit, () -> gate.policy().has(MetricsPage.ROUTE));
    return Page.isIn(mounted) ? page.before(measured) : measured;
  }

  MetricsPage metrics() {
    return metrics;
  }

  Page page() {
    return page;
  }

  Health health() {
    return health;
  }
}
