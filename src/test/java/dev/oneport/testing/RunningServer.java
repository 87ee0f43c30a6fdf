package dev.oneport.testing;

import dev.oneport.config.Configuration;
import dev.oneport.server.OnePort;
import dev.oneport.server.Service;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/** A real server on a free port of the loopback address. */
public final class RunningServer implements AutoCloseable {
  private static final Map<String, String> LOCAL =
      Map.of("ONEPORT_SERVER_PORT", "0", "ONEPORT_SERVER_HOST", "127.0.0.1");

  private final OnePort server;

  private RunningServer(OnePort server) {
    this.server = server;
  }

  /**
   * Starts a server. The issuer {@code test} is added to the configuration's text as {@code
   * ${ISSUER}} stands in it.
   */
  public static RunningServer start(String yaml, Service... services) {
    return start(yaml, Clock.systemUTC(), services);
  }

  public static RunningServer start(String yaml, Clock clock, Service... services) {
    var configuration = Configuration.parse("test.yaml", yaml, LOCAL, false);
    var server = OnePort.create(configuration, List.of(services), false, clock);
    return new RunningServer(server.start());
  }

  public int port() {
    return server.port();
  }

  public OnePort server() {
    return server;
  }

  @Override
  public void close() {
    server.close();
  }
}
