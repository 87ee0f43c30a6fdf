package dev.oneport.gateway;

import dev.oneport.gateway.standing.HealthSettings;
import dev.oneport.threads.Background;
import dev.oneport.threads.OnDemand;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.time.DeadlineWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The standing of all upstreams, and the checks of those that want them. A reload keeps what is
 * known of unchanged upstreams.
 */
public final class UpstreamStandings implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(100);

  private final RequestMemory memory;
  private final DeadlineWatch watchdog = new DeadlineWatch();
  private final Map<Upstream, UpstreamStanding> standings = new HashMap<>();
  private final OnDemand thread =
      new OnDemand("upstream-health", PERIOD, () -> !checks().isEmpty(), this::look);
  private volatile Map<Upstream, List<AddressWatch>> watches = Map.of();

  /**
   * Creates an empty set.
   *
   * @param memory bounds the answers to checks
   */
  public UpstreamStandings(RequestMemory memory) {
    this.memory = memory;
  }

  synchronized UpstreamStanding of(Upstream upstream) {
    return standings.computeIfAbsent(upstream, UpstreamStanding::new);
  }

  /** Follows these forwards; checks have the server's own token if calls have it. */
  public synchronized void replace(Forwards forwards, ForwardedIdentities identities) {
    var wanted = forwards.upstreams().values();
    standings.keySet().retainAll(wanted);
    var now = new LinkedHashMap<Upstream, List<AddressWatch>>();
    for (var upstream : wanted) {
      var standing = of(upstream);
      var before = watches.get(upstream);
      upstream
          .health()
          .ifPresent(
              settings ->
                  now.put(
                      upstream,
                      before == null ? watches(upstream, standing, settings, identities) : before));
    }
    var old = watches;
    watches = Map.copyOf(now);
    old.forEach(
        (upstream, checks) -> {
          if (!now.containsKey(upstream)) {
            checks.forEach(AddressWatch::close);
          }
        });
    thread.wake();
  }

  private List<AddressWatch> watches(
      Upstream upstream,
      UpstreamStanding standing,
      HealthSettings settings,
      ForwardedIdentities identities) {
    var identity = identities.of(upstream);
    var made = new ArrayList<AddressWatch>();
    try {
      for (int i = 0; i < upstream.addresses().size(); i++) {
        var address = upstream.addresses().get(i);
        var check =
            HealthCheck.of(upstream, address, settings, identity::headers, memory, watchdog);
        made.add(new AddressWatch(standing.of(i), check, settings));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.copyOf(made);
  }

  private List<AddressWatch> checks() {
    return watches.values().stream().flatMap(List::stream).toList();
  }

  private void look() {
    long now = System.nanoTime();
    for (var check : checks()) {
      var _ = Background.attempt(() -> check.look(now));
    }
  }

  /** Whether each upstream that counts for the server's readiness has a healthy address. */
  public synchronized boolean ready() {
    return standings.entrySet().stream()
        .filter(it -> it.getKey().health().filter(HealthSettings::inReadiness).isPresent())
        .allMatch(it -> it.getValue().isHealthy());
  }

  /** Whether an upstream has a healthy address. */
  public boolean isHealthy(Upstream upstream) {
    return of(upstream).isHealthy();
  }

  /** For each upstream and address, 1 if it may be used and 0 if not. */
  public synchronized Map<List<String>, Integer> up() {
    var up = new HashMap<List<String>, Integer>();
    var byName = new TreeMap<String, Upstream>();
    standings.keySet().forEach(upstream -> byName.put(upstream.name(), upstream));
    for (var upstream : byName.values()) {
      for (int i = 0; i < upstream.addresses().size(); i++) {
        up.put(
            List.of(upstream.name(), upstream.addresses().get(i).toString()),
            of(upstream).of(i).isUp() ? 1 : 0);
      }
    }
    return up;
  }

  @Override
  public synchronized void close() {
    checks().forEach(AddressWatch::close);
    watches = Map.of();
  }
}
