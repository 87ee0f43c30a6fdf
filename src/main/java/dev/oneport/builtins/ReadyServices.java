package dev.oneport.builtins;

import dev.oneport.api.Service;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks whether the services on the port are ready. */
public final class ReadyServices {
  static final ReadyServices NONE = new ReadyServices(Map.of(), List.of());

  private final List<Readiness> all;
  private final Map<String, List<Readiness>> byName = new LinkedHashMap<>();

  /**
   * Creates the check.
   *
   * @param owners the services that mount the methods of each gRPC service, by its name
   * @param services all services, including those without gRPC
   */
  public ReadyServices(Map<String, ? extends Collection<Service>> owners, List<Service> services) {
    var implemented = new IdentityHashMap<Service, Readiness>();
    services.forEach(service -> add(implemented, service));
    owners.values().forEach(those -> those.forEach(service -> add(implemented, service)));
    owners.forEach(
        (name, those) ->
            byName.put(
                name,
                those.stream()
                    .filter(implemented::containsKey)
                    .map(implemented::get)
                    .distinct()
                    .toList()));
    this.all = List.copyOf(implemented.values());
  }

  private static void add(Map<Service, Readiness> implemented, Service service) {
    var readiness = new Readiness(service);
    if (readiness.isImplemented()) {
      implemented.putIfAbsent(service, readiness);
    }
  }

  /** Whether all services are ready. */
  boolean all() {
    return ready(all);
  }

  /** Whether the gRPC service of this name is ready. */
  boolean ready(String name) {
    return ready(byName.getOrDefault(name, List.of()));
  }

  /** Asks all services before it waits for the first, so that their delays do not add up. */
  private static boolean ready(List<Readiness> services) {
    var questions = new ArrayList<Readiness.Question>(services.size());
    services.forEach(service -> questions.add(service.ask()));
    var ready = true;
    for (int i = 0; i < services.size(); i++) {
      ready &= services.get(i).await(questions.get(i));
    }
    return ready;
  }
}
