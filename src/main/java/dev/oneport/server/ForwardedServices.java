package dev.oneport.server;

import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.oneport.api.Protocol;
import dev.oneport.gateway.ForwardTable;
import dev.oneport.gateway.Upstream;
import dev.oneport.schema.FileIndex;
import dev.oneport.schema.Schema;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The forwarded gRPC services whose schema is known, in the form in which reflection and health
 * checks know mounted ones. A service is among them if at least one of its methods is forwarded.
 *
 * @param schemas those that were known, by upstream
 * @param definitions the services, without methods
 */
record ForwardedServices(Map<Upstream, Schema> schemas, List<ServerServiceDefinition> definitions) {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  static final ForwardedServices NONE = new ForwardedServices(Map.of(), List.of());

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
              } else {
                LOG.log(
                    Level.WARNING,
                    "upstream {0}: reflection does not describe {1}, because {2}",
                    upstream.name(),
                    service.getFullName(),
                    problem.get());
              }
            });
    return new ForwardedServices(Map.copyOf(schemas), List.copyOf(found));
  }

  private static Map<ServiceDescriptor, Upstream> services(
      ForwardTable table, Map<Upstream, Schema> schemas) {
    var services = new LinkedHashMap<ServiceDescriptor, Upstream>();
    Set<Upstream> upstreams = new HashSet<>(schemas.keySet());
    upstreams.stream()
        .sorted((one, other) -> one.name().compareTo(other.name()))
        .forEach(
            upstream -> {
              for (var service : schemas.get(upstream).services()) {
                if (isForwarded(table, service, upstream)) {
                  services.put(service, upstream);
                }
              }
            });
    return services;
  }

  private static boolean isForwarded(
      ForwardTable table, ServiceDescriptor service, Upstream upstream) {
    return table.has(Protocol.GRPC)
        && service.getMethods().stream()
            .anyMatch(
                method ->
                    table
                        .grpc(service.getFullName() + "/" + method.getName())
                        .filter(found -> found.forward().upstream().equals(upstream))
                        .isPresent());
  }

  private static ServerServiceDefinition definition(ServiceDescriptor service) {
    return ServerServiceDefinition.builder(
            io.grpc.ServiceDescriptor.newBuilder(service.getFullName())
                .setSchemaDescriptor((ProtoFileDescriptorSupplier) service::getFile)
                .build())
        .build();
  }
}
