package dev.oneport.transport.tls;

import dev.oneport.transport.Sockets;
import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.time.Wait;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A connection from its TLS handshake to its end; its protocol runs in between. */
final class TlsConnection implements ServerConnection, InterruptableTask<Void> {
  private static final Duration ENDING = Duration.ofSeconds(1);

  private final TlsServer server;
  private final ServerConnectionSelector protocols;
  private final ConnectionContext context;
  private volatile @Nullable ServerConnection protocol;
  private volatile boolean closing;

  TlsConnection(TlsServer server, ServerConnectionSelector protocols, ConnectionContext context) {
    this.server = server;
    this.protocols = protocols;
    this.context = context;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    var socket = new TlsHandshake(server, context).run();
    var next = protocols.connection(new SecureContext(context, socket));
    protocol = next;
    if (closing) {
      next.close(false);
    }
    try {
      next.handle(limit);
    } finally {
      end(socket);
    }
  }

  /**
   * Ends TLS within a time limit: the client may not read, or another thread's write may be
   * blocked.
   */
  private void end(SecureSocket socket) {
    var wait = new Wait();
    wait.start(server.watchdog().after(ENDING));
    DeadlineWatch.Watched watched =
        now -> {
          if (wait.expireAfter(now)) {
            Sockets.close(context);
          }
        };
    server.watchdog().watch(watched);
    try {
      socket.end();
    } finally {
      wait.stop();
      server.watchdog().forget(watched);
    }
  }

  @Override
  public boolean canInterrupt() {
    return protocol instanceof InterruptableTask<?> task && task.canInterrupt();
  }

  /** Zero during the handshake, which has a separate time limit. */
  @Override
  public Duration idleTime() {
    var next = protocol;
    return next == null ? Duration.ZERO : next.idleTime();
  }

  @Override
  public void close(boolean interrupt) {
    closing = true;
    var next = protocol;
    if (next != null) {
      next.close(interrupt);
    } else if (interrupt) {
      Sockets.close(context);
    }
  }
}
