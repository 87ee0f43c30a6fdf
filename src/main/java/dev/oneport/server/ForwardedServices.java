package dev.oneport.server;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.oneport.api.Route;
import dev.oneport.gateway.ForwardTable;
import dev.oneport.gateway.ForwardedRoute;
import dev.oneport.gateway.Upstream;
import dev.oneport.schema.FileIndex;
import dev.oneport.schema.Schema;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The forwarded gRPC services whose schema is known, in the form in which reflection and health
 * checks know mounted ones. A service is among them if at least one of its methods is forwarded.
 *
 * @param schemas those that were known, by upstream
 * @param methods their methods by full names, for each route that decides about them
 * @param owners the upstreams of the definitions, by the name of the service
 * @param definitions the services, without methods, as far as their files do not contradict others
 */
record ForwardedServices(
    Map<Upstream, Schema> schemas,
    Map<Route, Map<String, MethodDescriptor>> methods,
    Map<String, Upstream> owners,
    List<ServerServiceDefinition> definitions) {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  static final ForwardedServices NONE =
      new ForwardedServices(Map.of(), Map.of(), Map.of(), List.of());

  /**
   * Finds the services.
   *
   * @param mounted the services that are mounted here, which take precedence
   */
  static ForwardedServices of(
      ForwardTable table,
      Map<Upstream, Schema> schemas,
      Collection<ServerServiceDefinition> mounted) {
    var index = new FileIndex();
    var names = new HashSet<String>();
    for (var service : mounted) {
      var descriptor = service.getServiceDescriptor();
      names.add(descriptor.getName());
      if (descriptor.getSchemaDescriptor() instanceof ProtoFileDescriptorSupplier file) {
        var _ = index.add(file.getFileDescriptor());
      }
    }
    var owners = new HashMap<String, Upstream>();
    var found = new ArrayList<ServerServiceDefinition>();
    services(table, schemas)
        .forEach(
            (service, upstream) -> {
              if (!names.add(service.getFullName())) {
                return;
              }
              var problem = index.add(service.getFile());
              if (problem.isEmpty()) {
                found.add(definition(service));
                owners.put(service.getFullName(), upstream);
              } else {
                LOG.log(
                    Level.WARNING,
                    "upstream {0}: reflection does not describe {1}, because {2}",
                    upstream.name(),
                    service.getFullName(),
                    problem.get());
              }
            });
    return new ForwardedServices(
        Map.copyOf(schemas), methods(table, schemas), Map.copyOf(owners), List.copyOf(found));
  }

  private static Map<Route, Map<String, MethodDescriptor>> methods(
      ForwardTable table, Map<Upstream, Schema> schemas) {
    var methods = new HashMap<Route, Map<String, MethodDescriptor>>();
    schemas.forEach(
        (upstream, schema) ->
            schema
                .methods()
                .forEach(
                    (name, method) ->
                        route(table, name, upstream)
                            .ifPresent(
                                route ->
                                    methods
                                        .computeIfAbsent(route, _ -> new TreeMap<>())
                                        .put(name, method))));
    return methods;
  }

  /** The known methods of a route by their full names; none of a route that is not forwarded. */
  Map<String, MethodDescriptor> methods(Route route) {
    return methods.getOrDefault(route, Map.of());
  }

  /** The upstream of a service; empty if it is not among the definitions. */
  Optional<Upstream> upstream(String service) {
    return Optional.ofNullable(owners.get(service));
  }

  private static Map<ServiceDescriptor, Upstream> services(
      ForwardTable table, Map<Upstream, Schema> schemas) {
    var services = new LinkedHashMap<ServiceDescriptor, Upstream>();
    schemas.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().name()))
        .forEach(
            entry ->
                entry.getValue().services().stream()
                    .filter(service -> isForwarded(table, service, entry.getKey()))
                    .forEach(service -> services.put(service, entry.getKey())));
    return services;
  }

  private static boolean isForwarded(
      ForwardTable table, ServiceDescriptor service, Upstream upstream) {
    return service.getMethods().stream()
        .map(method -> service.getFullName() + "/" + method.getName())
        .anyMatch(name -> route(table, name, upstream).isPresent());
  }

  private static Optional<Route> route(ForwardTable table, String method, Upstream upstream) {
    return table
        .grpc(method)
        .filter(found -> found.forward().upstream().equals(upstream))
        .map(ForwardedRoute::route);
  }

  private static ServerServiceDefinition definition(ServiceDescriptor service) {
    return ServerServiceDefinition.builder(
            io.grpc.ServiceDescriptor.newBuilder(service.getFullName())
                .setSchemaDescriptor((ProtoFileDescriptorSupplier) service::getFile)
                .build())
        .build();
  }
}
