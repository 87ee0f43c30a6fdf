package dev.oneport.builtins;

import dev.oneport.api.Mount;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.audit.AuditLog;
import dev.oneport.fleet.FleetQuotas;
import dev.oneport.gate.Gate;
import dev.oneport.identity.TrustedIssuers;
import dev.oneport.metrics.Metrics;
import dev.oneport.record.CallSink;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's metrics at {@code GET /metrics}; nothing is counted while no rule names this route,
 * unless telemetry sends them.
 */
public final class MetricsPage implements Service {
  public static final Route ROUTE = new Route(Protocol.HTTP, "GET /metrics");

  private final ReentrantLock lock = new ReentrantLock();
  private Consumer<Metrics> others = _ -> {};

  /** Created when needed, which makes the start a few milliseconds shorter. */
  private volatile @Nullable Metrics metrics;

  @Override
  public void mount(Mount port) {
    port.http().get("/metrics", this::answer);
  }

  /**
   * Counts calls by their records, and passes the records on.
   *
   * @param wanted whether the metrics are read; asked until it is so for the first time
   */
  public CallSink before(CallSink next, BooleanSupplier wanted) {
    return call -> {
      if (metrics != null || wanted.getAsBoolean()) {
        metrics().calls().count(call);
      }
      next.record(call);
    };
  }

  /** Adds gauges and counters that read these counts. */
  public void watch(
      OpenConnections open,
      Optional<? extends TlsCounts> tls,
      Gate gate,
      TrustedIssuers trust,
      AuditLog audit,
      Supplier<Map<List<String>, Integer>> upstreams,
      Optional<FleetQuotas> fleet) {
    others =
        all -> {
          add(all, open, gate, trust, audit);
          all.gauges(
              "oneport_upstream_up",
              "Whether an address of an upstream may be used: 1, or 0 if it is unhealthy or its"
                  + " circuit breaker is open.",
              List.of("upstream", "address"),
              upstreams);
          tls.ifPresent(secure -> add(all, secure));
          fleet.ifPresent(shared -> add(all, shared));
        };
    if (gate.policy().has(ROUTE)) {
      var _ = metrics();
    }
  }

  /** The metrics, which are counted from now on at the latest. */
  public Metrics metrics() {
    var made = metrics;
    if (made != null) {
      return made;
    }
    lock.lock();
    try {
      made = metrics;
      if (made == null) {
        made = new Metrics();
        others.accept(made);
        metrics = made;
      }
      return made;
    } finally {
      lock.unlock();
    }
  }

  private static void add(
      Metrics all, OpenConnections open, Gate gate, TrustedIssuers trust, AuditLog audit) {
    var counts = trust.counts();
    all.gauges(
            "oneport_open_connections",
            "Open connections, by their current protocol.",
            "protocol",
            open::connections)
        .counter(
            "oneport_refused_connections_total",
            "Connections beyond the limit of their address.",
            gate::refusedConnections)
        .gauge("oneport_open_http2_streams", "Open HTTP/2 streams.", open::streams)
        .gauge("oneport_open_calls", "Calls in flight.", gate::calls)
        .gauge("oneport_open_leases", "Open streams, sockets and streamed responses.", gate::leases)
        .counters(
            "oneport_tokens_total",
            "Tokens, by whether they were found in the cache.",
            "cache",
            () -> Map.of("hit", counts.known(), "miss", counts.checked()))
        .counters(
            "oneport_key_fetches_total",
            "Successful fetches of an issuer's keys.",
            "issuer",
            counts::fetched)
        .counters(
            "oneport_key_fetch_failures_total",
            "Failed fetches of an issuer's keys.",
            "issuer",
            counts::failed)
        .gauge("oneport_audit_waiting", "Audit lines waiting to be written.", audit::waiting)
        .counter("oneport_audit_dropped_total", "Dropped audit lines.", audit::dropped);
  }

  private static void add(Metrics all, FleetQuotas fleet) {
    all.gauge(
            "oneport_fleet_servers",
            "Servers that share the Redis, as far as this one knows.",
            fleet::servers)
        .gauge(
            "oneport_fleet_store_up",
            "Whether the shared Redis answered last: 1, or 0 if it did not.",
            () -> fleet.isUp() ? 1 : 0)
        .counter(
            "oneport_fleet_quota_waits_total",
            "Calls that waited for the shared Redis, because a quota was nearly used up.",
            fleet::waits);
  }

  private static void add(Metrics all, TlsCounts tls) {
    all.gauge(
            "oneport_certificate_expiry_seconds",
            "When the listener's certificate expires, in seconds since 1970.",
            () -> tls.expiry().getEpochSecond())
        .counters(
            "oneport_tls_handshakes_total",
            "TLS handshakes, and connections that ended without one.",
            "result",
            () -> Map.of("completed", tls.completed(), "failed", tls.failed()))
        .counters(
            "oneport_tls_handshake_failures_total",
            "Connections that ended without a TLS handshake, by reason.",
            "reason",
            tls::failures);
  }

  private void answer(ServerRequest request, ServerResponse response) throws IOException {
    var text = new ByteArrayOutputStream();
    metrics().write(text);
    response.header(HeaderNames.CONTENT_TYPE, Metrics.CONTENT_TYPE);
    response.header(HeaderValues.CACHE_NO_CACHE);
    response.send(text.toByteArray());
  }
}
