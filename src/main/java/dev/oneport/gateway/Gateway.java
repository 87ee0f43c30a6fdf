package dev.oneport.gateway;

import dev.oneport.proxies.Proxies;
import dev.oneport.transport.time.DeadlineWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Forwards calls. A reload replaces all forwards at once; calls in flight continue with the
 * previous ones.
 */
public final class Gateway implements AutoCloseable {
  private final DeadlineWatch watchdog = new DeadlineWatch();
  private final Map<Upstream, UpstreamPool> pools = new HashMap<>();
  private final Proxies proxies;
  private final UpstreamStandings standings;
  private volatile Forwarding now = Forwarding.NONE;

  /**
   * Creates a gateway without forwards.
   *
   * @param proxies the proxies whose forwarding headers are trusted
   * @param standings which addresses may be tried
   */
  public Gateway(Proxies proxies, UpstreamStandings standings) {
    this.proxies = proxies;
    this.standings = standings;
  }

  /** Replaces the forwards. */
  public synchronized void replace(
      Forwards forwards, ForwardTable table, ForwardedIdentities identities) {
    var http = new HashMap<Upstream, HttpForwarder>();
    var sockets = new HashMap<Upstream, SocketForwarder>();
    for (var upstream : forwards.upstreams().values()) {
      if (upstream.scheme() != Scheme.H2C) {
        var identity = identities.of(upstream);
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
            return new UpstreamPool(upstream, standings.of(upstream), watchdog);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** The current forwards. */
  public Forwarding now() {
    return now;
  }

  @Override
  public synchronized void close() {
    pools.values().forEach(UpstreamPool::retire);
    pools.clear();
  }
}
