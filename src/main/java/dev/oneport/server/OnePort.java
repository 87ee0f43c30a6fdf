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
 * A server in a program, or in a test:
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

  /** A server without services, whose configuration is empty. */
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

  /** The port that is listened on, which {@code server.port: 0} leaves to the system. */
  public int port() {
    return server.port();
  }

  /**
   * Reads the configuration again. If anything is wrong with it, that is logged and the one before
   * stays. Open calls are judged again. A file is also watched, and read again when it changes.
   *
   * @return whether the configuration was good
   */
  public boolean reload() {
    return server.reload();
  }

  /** Completed, with the reason, when the server can no longer serve. */
  public CompletableFuture<String> failure() {
    return server.failure();
  }

  /**
   * A token of dev mode.
   *
   * @param caller whose token it is
   * @param roles the roles that it brings
   * @param life how long it is good
   * @throws IllegalStateException if the server is not in dev mode
   */
  public String devToken(String caller, Set<String> roles, Duration life) {
    return server
        .devTokens()
        .orElseThrow(() -> new IllegalStateException("the server is not in dev mode"))
        .token(caller, roles, life);
  }

  /**
   * Drains and stops: accepts no more connections, serves what still arrives on open ones until
   * their clients know of the end, and waits for calls in flight, {@code server.grace-period} at
   * most.
   */
  @Override
  public void close() {
    server.close();
  }

  /** Puts a server together. */
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

    /** Reads a file, those that it includes, and the environment; the file is watched. */
    public Builder configuration(Path file) {
      configuration = variables -> () -> Configuration.read(file, variables, dev);
      return this;
    }

    /** Takes a text in YAML, and the environment. */
    public Builder configuration(String yaml) {
      configuration = variables -> () -> Configuration.parse("configuration", yaml, variables, dev);
      return this;
    }

    /** Takes these variables in place of the process's environment. */
    public Builder environment(Map<String, String> variables) {
      this.variables = Map.copyOf(variables);
      return this;
    }

    /** Serves a service. */
    public Builder service(Service service) {
      services.add(Objects.requireNonNull(service));
      return this;
    }

    /** Writes the audit there, one JSON object a line; without this, to standard output. */
    public Builder audit(OutputStream output) {
      audit = Objects.requireNonNull(output);
      return this;
    }

    /**
     * Trusts tokens of this process and no others; see {@link OnePort#devToken}. For tests and for
     * one's own machine.
     */
    public Builder dev(boolean trusted) {
      dev = trusted;
      return this;
    }

    /**
     * Puts the server together; it does not listen yet.
     *
     * @throws InvalidConfiguration with everything that is wrong with the configuration, or with
     *     the policy for what is mounted
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
