package dev.oneport.testing;

import dev.oneport.api.Service;
import dev.oneport.audit.LogOutput;
import dev.oneport.config.Configuration;
import dev.oneport.server.AuditTarget;
import dev.oneport.server.Server;
import dev.oneport.time.Clocks;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** A real server on a free port of the loopback address. */
public final class RunningServer implements AutoCloseable {
  private static final Map<String, String> LOCAL =
      Map.of("ONEPORT_SERVER_PORT", "0", "ONEPORT_SERVER_HOST", "127.0.0.1");

  private final AtomicReference<String> yaml;
  private final AuditLines audit;
  private final Server server;
  private final Optional<RunningServer> behind;

  private RunningServer(
      AtomicReference<String> yaml,
      AuditLines audit,
      Server server,
      boolean tls,
      Optional<RunningServer> behind) {
    this.yaml = yaml;
    this.audit = audit;
    this.server = server;
    this.behind = behind;
    if (tls) {
      TestTls.opened(server.port());
    }
  }

  /** Starts a server with a configuration. */
  public static RunningServer start(String yaml, Service... services) {
    return start(yaml, Clocks.system(), false, TestTls.ON, services);
  }

  /** The same in cleartext, also where every fixture speaks TLS: an upstream. */
  public static RunningServer startPlain(String yaml, Service... services) {
    return start(yaml, Clocks.system(), false, false, services);
  }

  /** The same with TLS. */
  public static RunningServer startTls(String yaml, Service... services) {
    return start(yaml, Clocks.system(), false, true, services);
  }

  public static RunningServer startTls(String yaml, Clocks clocks, Service... services) {
    return start(yaml, clocks, false, true, services);
  }

  public static RunningServer start(String yaml, ManualClock clock, Service... services) {
    return start(yaml, clock.clocks(), services);
  }

  public static RunningServer start(String yaml, Clocks clocks, Service... services) {
    return start(yaml, clocks, false, TestTls.ON, services);
  }

  /** Whether every server of the fixtures forwards to another one, which has the services. */
  public static boolean forwards() {
    return TestForward.ON;
  }

  /** The same with the services in another server, to which this one forwards. */
  public static RunningServer startForwarded(String yaml, Clocks clocks, Service... services) {
    return forwarded(yaml, clocks, false, TestTls.ON, services);
  }

  private static RunningServer forwarded(
      String yaml, Clocks clocks, boolean dev, boolean tls, Service... services) {
    var described = new AtomicBoolean();
    var mounted =
        Stream.concat(
            Stream.of(services).map(it -> new DescribedService(it, described)),
            Stream.of(TestForward.REST));
    var behind =
        alone(
            TestForward.UPSTREAM,
            clocks,
            false,
            false,
            Optional.empty(),
            mounted.toArray(Service[]::new));
    try (var log = new LogRecords("dev.oneport")) {
      var front =
          alone(TestForward.front(yaml, behind.port()), clocks, dev, tls, Optional.of(behind));
      if (described.get() && yaml.contains("GRPC ")) {
        log.await("upstream grpc: its schema is known");
      }
      return front;
    } catch (RuntimeException | Error e) {
      behind.close();
      throw e;
    }
  }

  /** The same in dev mode. */
  public static RunningServer startDev(String yaml, Service... services) {
    return start(yaml, Clocks.system(), true, TestTls.ON, services);
  }

  private static RunningServer start(
      String yaml, Clocks clocks, boolean dev, boolean tls, Service... services) {
    return TestForward.ON && services.length > 0 && !yaml.contains("upstreams:")
        ? forwarded(yaml, clocks, dev, tls, services)
        : alone(yaml, clocks, dev, tls, Optional.empty(), services);
  }

  private static RunningServer alone(
      String yaml,
      Clocks clocks,
      boolean dev,
      boolean tls,
      Optional<RunningServer> behind,
      Service... services) {
    var text = new AtomicReference<>(yaml);
    var audit = new AuditLines();
    var server =
        Server.create(
            () -> Configuration.parse("test.yaml", text.get(), variables(text.get(), tls), false),
            List.of(services),
            Optional.empty(),
            new AuditTarget(new LogOutput(audit, true), () -> "test-project"),
            dev,
            clocks);
    return new RunningServer(text, audit, server.start(), tls, behind);
  }

  /** Does not wait for clients to close their connections, unless a test sets it otherwise. */
  private static Map<String, String> variables(String yaml, boolean tls) {
    var variables = new HashMap<>(LOCAL);
    if (yaml.contains("host:")) {
      variables.remove("ONEPORT_SERVER_HOST");
    }
    if (tls) {
      variables.putAll(TestTls.variables());
    }
    if (!yaml.contains("linger-timeout")) {
      variables.put("ONEPORT_SERVER_HTTP1_LINGER_TIMEOUT", "250ms");
      variables.put("ONEPORT_SERVER_HTTP2_LINGER_TIMEOUT", "250ms");
    }
    if (!yaml.contains("stream-grace")) {
      variables.put("ONEPORT_SERVER_STREAM_GRACE", "100ms");
    }
    return variables;
  }

  /** Reloads with another configuration; returns whether it was valid. */
  public boolean reload(String other) {
    yaml.set(behind.map(it -> TestForward.front(other, it.port())).orElse(other));
    return server.reload();
  }

  /** The audit lines so far; complete once the server is closed. */
  public AuditLines audit() {
    return audit;
  }

  /** A dev-mode token, valid for a minute. */
  public String devToken(String caller, String... roles) {
    return server.devTokens().orElseThrow().token(caller, Set.of(roles), Duration.ofMinutes(1));
  }

  public boolean hasPage() {
    return server.hasPage();
  }

  /**
   * Waits until that many streams, sockets and long responses hold a lease. Before a test moves the
   * clock, it waits for this, or for a message that the handler sends afterwards. A rule must open
   * {@code GET /metrics} to anyone.
   */
  public void awaitLeases(int count) {
    Await.until(count + " open leases", () -> metrics().contains("\noneport_open_leases " + count));
  }

  private String metrics() {
    try {
      return RawHttp.get(port(), "/metrics").body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.port();
  }

  /** Stops it now, so that the lines of all its calls are written. */
  public void stop() {
    close();
  }

  @Override
  public void close() {
    int port = server.port();
    server.close();
    // Not before: clients may connect while the server drains.
    TestTls.closed(port);
    audit.check();
    behind.ifPresent(RunningServer::close);
  }
}
