package dev.oneport.server;

import dev.oneport.threads.Background;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Detects that a listener has stopped accepting connections. Helidon's listener ends for good,
 * without reporting it, when the system refuses a connection for lack of file descriptors or memory
 * (4.5.0). The only visible sign is that it shuts its executor down.
 */
final class Acceptor {
  private static final Duration PERIOD = Duration.ofMillis(250);

  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final Set<ListenerContext> listeners = ConcurrentHashMap.newKeySet();
  private volatile boolean closing;

  /** Wraps a selector to see each connection. */
  ServerConnectionSelector watched(ServerConnectionSelector selector) {
    return new Watched(selector, this);
  }

  /** Starts watching the listeners. */
  void watch() {
    var _ = Background.repeat("listener-watch", this::look);
  }

  /** Notes that the listeners are about to be closed on request. */
  void closing() {
    closing = true;
  }

  /** Completed with the reason when a listener has ended unexpectedly. */
  CompletableFuture<String> ended() {
    return ended;
  }

  private boolean look() {
    LockSupport.parkNanos(this, PERIOD.toNanos());
    if (!closing && listeners.stream().anyMatch(it -> it.executor().isShutdown())) {
      ended.complete("the listener no longer accepts connections");
    }
    return !closing && !ended.isDone();
  }

  private record Watched(ServerConnectionSelector selector, Acceptor acceptor)
      implements ServerConnectionSelector {
    @Override
    public int bytesToIdentifyConnection() {
      return selector.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
      return selector.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
      return selector.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
      acceptor.listeners.add(context.listenerContext());
      return selector.connection(context);
    }
  }
}
