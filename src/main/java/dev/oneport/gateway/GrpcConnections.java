package dev.oneport.gateway;

import dev.oneport.transport.RequestMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The connections to all upstreams for gRPC; those that a reload keeps stay as they are. */
public final class GrpcConnections implements AutoCloseable {
  private final RequestMemory memory;
  private final Map<Upstream, GrpcUpstream> upstreams = new HashMap<>();

  /**
   * Connects to nothing yet.
   *
   * @param memory what answers that wait for their clients may hold
   */
  public GrpcConnections(RequestMemory memory) {
    this.memory = memory;
  }

  RequestMemory memory() {
    return memory;
  }

  synchronized GrpcUpstream of(Upstream upstream) {
    return upstreams.computeIfAbsent(upstream, this::connect);
  }

  private GrpcUpstream connect(Upstream upstream) {
    try {
      return new GrpcUpstream(upstream, memory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets the connections to all others end with the calls that are open on them. */
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

  /** Ends all connections, and the calls on them. */
  @Override
  public synchronized void close() {
    upstreams.values().forEach(GrpcUpstream::close);
    upstreams.clear();
  }
}
