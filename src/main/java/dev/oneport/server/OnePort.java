package dev.oneport.server;

import dev.oneport.api.Service;
import dev.oneport.audit.LogOutput;
import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.time.Clocks;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A server, for programs and tests:
 *
 * <pre>{@code
 * try (var server = OnePort.builder()
 *     .configuration(Path.of("application.yaml"))
 *     .service(new GreeterService())
 *     .build()
 *     .start()) {
 *   server.failure().join();
 * }
 * }</pre>
 */
public final class OnePort implements AutoCloseable {
  private final Server server;

  private OnePort(Server server) {
    this.server = server;
  }

  /** A builder without services and with an empty configuration. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts to listen.
   *
   * @throws PortUnavailable if the port cannot be bound
   */
  public OnePort start() {
    var _ = server.start();
    return this;
  }

  /** The port of the listener; the system chooses it if {@code server.port} is 0. */
  public int port() {
    return server.port();
  }

  /**
   * Reloads the configuration. If it is invalid, the mistakes are logged and the current
   * configuration stays in use. Open calls are checked again. A configuration file is also watched,
   * and reloaded when it changes.
   *
   * @return whether the configuration was valid
   */
  public boolean reload() {
    return server.reload();
  }

  /** Completed with the reason when the server can no longer serve. */
  public CompletableFuture<String> failure() {
    return server.failure();
  }

  /**
   * Mints a token of dev mode.
   *
   * @param caller the caller that the token names
   * @param roles the roles in the token
   * @param life how long the token is valid
   * @throws IllegalStateException if the server is not in dev mode
   */
  public String devToken(String caller, Set<String> roles, Duration life) {
    return server
        .devTokens()
        .orElseThrow(() -> new IllegalStateException("the server is not in dev mode"))
        .token(caller, roles, life);
  }

  /**
   * Drains and stops: accepts no more connections, serves requests that still arrive on open ones
   * until their clients have been notified, and waits for calls in flight, at most {@code
   * server.grace-period}.
   */
  @Override
  public void close() {
    server.close();
  }

  /** Builds a server. */
  public static final class Builder {
    private final List<Service> services = new ArrayList<>();
    private Function<Map<String, String>, Supplier<Configuration>> configuration =
        variables -> () -> Configuration.parse("configuration", "", variables, dev());
    private Map<String, String> variables = System.getenv();
    private @Nullable OutputStream audit;
    private boolean dev;

    private Builder() {}

    private boolean dev() {
      return dev;
    }

    /**
     * Reads the configuration from a file, the files that it includes, and the environment; the
     * files are watched.
     */
    public Builder configuration(Path file) {
      configuration = variables -> () -> Configuration.read(file, variables, dev);
      return this;
    }

    /** Reads the configuration from YAML text and the environment. */
    public Builder configuration(String yaml) {
      configuration = variables -> () -> Configuration.parse("configuration", yaml, variables, dev);
      return this;
    }

    /** Uses these variables instead of the process's environment. */
    public Builder environment(Map<String, String> variables) {
      this.variables = Map.copyOf(variables);
      return this;
    }

    /** Adds a service. */
    public Builder service(Service service) {
      services.add(Objects.requireNonNull(service));
      return this;
    }

    /**
     * Writes the audit to this stream, one JSON object per line; the default is standard output.
     */
    public Builder audit(OutputStream output) {
      audit = Objects.requireNonNull(output);
      return this;
    }

    /**
     * Trusts only tokens of this process; see {@link OnePort#devToken}. For tests and for
     * development.
     */
    public Builder dev(boolean trusted) {
      dev = trusted;
      return this;
    }

    /**
     * Builds the server; it does not listen yet.
     *
     * @throws InvalidConfiguration with all problems of the configuration, or of the policy for the
     *     mounted routes
     */
    public OnePort build() {
      var output = new LogOutput(audit == null ? System.out : audit, true);
      return new OnePort(
          Server.create(
              configuration.apply(variables),
              List.copyOf(services),
              Optional.empty(),
              new AuditTarget(output, () -> ""),
              dev,
              Clocks.system()));
    }
  }
}
