package dev.oneport.gateway;

import dev.oneport.transport.RequestMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The connections to all upstreams for gRPC; a reload keeps those of unchanged upstreams. */
public final class GrpcConnections implements AutoCloseable {
  private final RequestMemory memory;
  private final UpstreamStandings standings;
  private final Map<Upstream, GrpcUpstream> upstreams = new HashMap<>();

  /**
   * Creates an empty set.
   *
   * @param memory bounds the answers that wait for their clients
   * @param standings which addresses may be tried
   */
  public GrpcConnections(RequestMemory memory, UpstreamStandings standings) {
    this.memory = memory;
    this.standings = standings;
  }

  RequestMemory memory() {
    return memory;
  }

  synchronized GrpcUpstream of(Upstream upstream) {
    return upstreams.computeIfAbsent(upstream, this::connect);
  }

  private GrpcUpstream connect(Upstream upstream) {
    try {
      return new GrpcUpstream(upstream, memory, standings.of(upstream));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Retires the connections to all other upstreams: they end with their last calls. */
  public synchronized void retain(Collection<Upstream> wanted) {
    upstreams
        .entrySet()
        .removeIf(
            entry -> {
              boolean retired = !wanted.contains(entry.getKey());
              if (retired) {
                entry.getValue().retire();
              }
              return retired;
            });
  }

  /** Closes all connections and ends the calls on them. */
  @Override
  public synchronized void close() {
    upstreams.values().forEach(GrpcUpstream::close);
    upstreams.clear();
  }
}
