package dev.oneport.gateway;

import dev.oneport.api.Protocol;
import dev.oneport.policy.Segments;
import dev.oneport.schema.Schema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The schemas of all upstreams for gRPC. A reload keeps those of unchanged upstreams until the
 * upstreams have answered again.
 */
public final class UpstreamSchemas implements AutoCloseable {
  private final GrpcConnections connections;
  private volatile Map<Upstream, SchemaWatch> watches = Map.of();

  /** Knows no schema yet. */
  public UpstreamSchemas(GrpcConnections connections) {
    this.connections = connections;
  }

  /** Follows these forwards. */
  public synchronized void replace(Forwards forwards, ForwardedIdentities identities) {
    var now = new HashMap<Upstream, SchemaWatch>();
    for (var forward : forwards.forwards()) {
      var to = forward.upstream();
      if (forward.pattern().protocol() == Protocol.GRPC && !now.containsKey(to)) {
        var before = watches.get(to);
        var watch = before == null ? new SchemaWatch(connections.of(to), connections) : before;
        watch.replace(
            forwards.schemas().getOrDefault(to.name(), SchemaSource.NONE),
            service -> forwarded(forwards, to, service),
            identities.of(to)::headers);
        now.put(to, watch);
      }
    }
    watches.forEach(
        (upstream, watch) -> {
          if (!now.containsKey(upstream)) {
            watch.close();
          }
        });
    watches = Map.copyOf(now);
  }

  private static boolean forwarded(Forwards forwards, Upstream to, String service) {
    var name = new Segments(List.of(service.split("\\.", -1)), false);
    return forwards.forwards().stream()
        .anyMatch(
            forward ->
                forward.pattern().protocol() == Protocol.GRPC
                    && forward.upstream().equals(to)
                    && forward.pattern().parts().getFirst().contains(name));
  }

  /** The schema of an upstream; empty if it is not known, or not yet. */
  public Optional<Schema> of(Upstream upstream) {
    return Optional.ofNullable(watches.get(upstream)).flatMap(SchemaWatch::schema);
  }

  /** All schemas that are known now. */
  public Map<Upstream, Schema> known() {
    var known = new HashMap<Upstream, Schema>();
    watches.forEach((to, watch) -> watch.schema().ifPresent(schema -> known.put(to, schema)));
    return known;
  }

  /** Whether an upstream's schema may become known without a change of the configuration. */
  public boolean isPending(Upstream upstream) {
    var watch = watches.get(upstream);
    return watch != null && watch.isPending();
  }

  /** Asks an upstream again, because its schema lacks a method; bounded in time. */
  public void refresh(Upstream upstream) {
    Optional.ofNullable(watches.get(upstream)).ifPresent(SchemaWatch::refresh);
  }

  @Override
  public synchronized void close() {
    watches.values().forEach(SchemaWatch::close);
    watches = Map.of();
  }
}
