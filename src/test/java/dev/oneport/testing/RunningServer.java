package dev.oneport.testing;

import dev.oneport.audit.LogOutput;
import dev.oneport.config.Configuration;
import dev.oneport.server.AuditTarget;
import dev.oneport.server.OnePort;
import dev.oneport.server.Service;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** A real server on a free port of the loopback address. */
public final class RunningServer implements AutoCloseable {
  private static final Map<String, String> LOCAL =
      Map.of("ONEPORT_SERVER_PORT", "0", "ONEPORT_SERVER_HOST", "127.0.0.1");

  private final AtomicReference<String> yaml;
  private final AuditLines audit;
  private final OnePort server;

  private RunningServer(AtomicReference<String> yaml, AuditLines audit, OnePort server) {
    this.yaml = yaml;
    this.audit = audit;
    this.server = server;
  }

  /** Starts a server with a configuration. */
  public static RunningServer start(String yaml, Service... services) {
    return start(yaml, Clock.systemUTC(), services);
  }

  public static RunningServer start(String yaml, Clock clock, Service... services) {
    var text = new AtomicReference<>(yaml);
    var audit = new AuditLines();
    var server =
        OnePort.create(
            () -> Configuration.parse("test.yaml", text.get(), LOCAL, false),
            List.of(services),
            new AuditTarget(new LogOutput(audit, true), () -> "test-project"),
            false,
            clock);
    return new RunningServer(text, audit, server.start());
  }

  /** Reloads with another configuration; whether it was good. */
  public boolean reload(String other) {
    yaml.set(other);
    return server.reload();
  }

  /** The audit so far; complete once the server is closed. */
  public AuditLines audit() {
    return audit;
  }

  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.close();
    audit.check();
  }
}
