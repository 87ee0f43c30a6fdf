package dev.oneport.server;

import dev.oneport.threads.Background;
import io.helidon.webserver.WebServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One address that the server listens on, with a separate Helidon server. */
final class Port {
  private final InetSocketAddress address;
  private final WebServer server;

  /** Created at the start, because no file descriptor may be left later to load its class. */
  private @Nullable Accepting accepting;

  private @Nullable Thread stopping;

  Port(InetSocketAddress address, WebServer server) {
    this.address = address;
    this.server = server;
  }

  /**
   * Starts to listen.
   *
   * @throws PortUnavailable if the port cannot be bound
   */
  void start() {
    server.start();
    if (!server.isRunning()) {
      throw PortUnavailable.taken(address);
    }
    accepting = new Accepting(address.getAddress(), server.port());
  }

  int number() {
    return server.port();
  }

  /** Stops accepting connections at once, and closes open ones after their grace period. */
  void stop() {
    var port = accepting;
    if (port != null && stopping == null) {
      stopping = Background.start("server-stop", () -> stop(port));
    }
  }

  /** Helidon stops accepting first, then waits for connections during their grace period. */
  private void stop(Accepting port) {
    port.awaitAccepted();
    server.stop();
  }

  /** Waits until a stopped port refuses connections. */
  void awaitClosed() throws InterruptedException {
    var port = accepting;
    if (port != null) {
      port.awaitClosed();
    }
  }

  /** Waits until no connection is left; false on timeout. */
  boolean awaitEnd(Duration longest) throws InterruptedException {
    var thread = stopping;
    return thread == null || thread.join(longest);
  }
}
