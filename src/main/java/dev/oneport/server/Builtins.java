package dev.oneport.server;

import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What the server itself can serve, each part of it if a rule is about it. */
final class Builtins {
  private final Health health = new Health();
  private final MetricsPage metrics = new MetricsPage();
  private final Reflection reflection;

  Builtins(Supplier<List<ServerServiceDefinition>> grpcServices) {
    this.reflection = new Reflection(grpcServices);
  }

  List<Service> services() {
    var services = new ArrayList<Service>();
    services.addAll(health.services());
    services.addAll(reflection.services());
    services.add(metrics);
    return services;
  }

  MetricsPage metrics() {
    return metrics;
  }

  Health health() {
    return health;
  }
}
