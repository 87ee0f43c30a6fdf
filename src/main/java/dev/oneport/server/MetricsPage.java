package dev.oneport.server;

import dev.oneport.api.Mount;
import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.api.Service;
import dev.oneport.audit.AuditLog;
import dev.oneport.audit.CallSink;
import dev.oneport.gate.Gate;
import dev.oneport.identity.TrustedIssuers;
import dev.oneport.metrics.Metrics;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server's numbers at {@code GET /metrics}; nothing is counted if no rule is about that. */
final class MetricsPage implements Service {
  static final Route ROUTE = new Route(Protocol.HTTP, "GET /metrics");

  private final ReentrantLock lock = new ReentrantLock();
  private Consumer<Metrics> others = _ -> {};

  /** Not before it is wanted: a start without it is a few milliseconds shorter. */
  private volatile @Nullable Metrics metrics;

  @Override
  public void mount(Mount port) {
    port.http().get("/metrics", this::answer);
  }

  /** Counts the calls whose records go there, while there is somebody who may ask. */
  CallSink before(CallSink next, BooleanSupplier wanted) {
    return call -> {
      if (wanted.getAsBoolean()) {
        metrics().calls().count(call);
      }
      next.take(call);
    };
  }

  /** Shows what these count, too. */
  void watch(Listener listener, Gate gate, TrustedIssuers trust, AuditLog audit) {
    others = all -> add(all, listener, gate, trust, audit);
    if (gate.policy().has(ROUTE)) {
      var _ = metrics();
    }
  }

  private Metrics metrics() {
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
      Metrics all, Listener listener, Gate gate, TrustedIssuers trust, AuditLog audit) {
    var counts = trust.counts();
    all.gauges(
            "oneport_open_connections",
            "Open connections, by what they speak now.",
            "protocol",
            listener::connections)
        .gauge("oneport_open_http2_streams", "Open HTTP/2 streams.", listener::streams)
        .gauge("oneport_open_calls", "Calls that were allowed and are not over.", gate::calls)
        .gauge(
            "oneport_open_leases",
            "Streams, sockets and long responses that were allowed and are open.",
            gate::leases)
        .counters(
            "oneport_tokens_total",
            "Tokens, by whether they had been verified before.",
            "cache",
            () -> Map.of("hit", counts.known(), "miss", counts.checked()))
        .counters(
            "oneport_key_fetches_total",
            "Fetches of an issuer's keys that brought some.",
            "issuer",
            counts::fetched)
        .counters(
            "oneport_key_fetch_failures_total",
            "Fetches of an issuer's keys that failed.",
            "issuer",
            counts::failed)
        .gauge("oneport_audit_waiting", "Audit lines that wait to be written.", audit::waiting)
        .counter("oneport_audit_dropped_total", "Audit lines that were dropped.", audit::dropped);
  }

  private void answer(ServerRequest request, ServerResponse response) throws IOException {
    var text = new ByteArrayOutputStream();
    metrics().write(text);
    response.header(HeaderNames.CONTENT_TYPE, Metrics.CONTENT_TYPE);
    response.header(HeaderValues.CACHE_NO_CACHE);
    response.send(text.toByteArray());
  }
}
