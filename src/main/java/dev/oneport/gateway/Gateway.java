package dev.oneport.gateway;

import dev.oneport.api.Caller;
import dev.oneport.proxies.Proxies;
import dev.oneport.transport.time.DeadlineWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Forwards calls. What it forwards where is replaced as a whole; calls in flight go on. */
public final class Gateway implements AutoCloseable {
  private final DeadlineWatch watchdog = new DeadlineWatch();
  private final Map<Upstream, UpstreamPool> pools = new HashMap<>();
  private final Proxies proxies;
  private volatile Forwarding now = Forwarding.NONE;

  /**
   * A gateway that forwards nothing yet.
   *
   * @param proxies whose word counts about where requests come from
   */
  public Gateway(Proxies proxies) {
    this.proxies = proxies;
  }

  /**
   * Forwards by another table from now on.
   *
   * @param tokenHeaders the headers besides {@code Authorization} that carry issuers' tokens
   * @param roles the roles of a caller, those that the policy gives included
   */
  public synchronized void replace(
      Forwards forwards,
      ForwardTable table,
      Set<String> tokenHeaders,
      Function<Caller, List<String>> roles) {
    var http = new HashMap<Upstream, HttpForwarder>();
    var sockets = new HashMap<Upstream, SocketForwarder>();
    for (var upstream : forwards.upstreams().values()) {
      if (upstream.scheme() != Scheme.H2C) {
        var identity =
            new ForwardedIdentity(
                upstream.identity(), forwards.identityHeaders(), tokenHeaders, roles);
        var pool = pool(upstream);
        http.put(upstream, new HttpForwarder(upstream, pool, identity, proxies));
        sockets.put(upstream, new SocketForwarder(upstream, pool, identity, proxies));
      }
    }
    now = new Forwarding(table, http, sockets, watchdog);
    pools
        .entrySet()
        .removeIf(
            entry -> {
              var old = !http.containsKey(entry.getKey());
              if (old) {
                entry.getValue().retire();
              }
              return old;
            });
  }

  private UpstreamPool pool(Upstream upstream) {
    return pools.computeIfAbsent(
        upstream,
        _ -> {
          try {
            return new UpstreamPool(upstream, watchdog);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** What is forwarded now. */
  public Forwarding now() {
    return now;
  }

  @Override
  public synchronized void close() {
    pools.values().forEach(UpstreamPool::retire);
    pools.clear();
  }
}
