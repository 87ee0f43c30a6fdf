package dev.oneport.server;

import dev.oneport.access.PolicyFile;
import dev.oneport.access.Route;
import dev.oneport.audit.CallSink;
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

  /**
   * Mounts each part that a rule is about, and the page if it is set. The page steps aside for a
   * service that mounts something of its own in its place.
   *
   * @return all that is mounted then
   */
  Set<Route> mount(Mounts mounts, Settings settings, PolicyFile policy) {
    mounts.addWanted(services(), policy);
    if (settings.page().enabled()) {
      if (Page.fits(mounts.routes())) {
        mounts.addOwn(page);
      } else {
        LOG.log(System.Logger.Level.INFO, "a service mounts a route of the page; there is no page");
      }
    }
    return mounts.routes();
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
  CallSink before(CallSink audit, Set<Route> mounted) {
    var measured = mounted.contains(MetricsPage.ROUTE) ? metrics.before(audit) : audit;
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
