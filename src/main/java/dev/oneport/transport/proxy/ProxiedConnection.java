package dev.oneport.transport.proxy;

import dev.oneport.transport.Sockets;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that may begin with a PROXY header, which is read before its protocol takes over.
 */
final class ProxiedConnection implements ServerConnection, InterruptableTask<Void> {
  private final ProxyProtocol server;
  private final ServerConnectionSelector protocols;
  private final ConnectionContext context;
  private volatile @Nullable ServerConnection protocol;
  private volatile boolean closing;

  ProxiedConnection(
      ProxyProtocol server, ServerConnectionSelector protocols, ConnectionContext context) {
    this.server = server;
    this.protocols = protocols;
    this.context = context;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    var socket =
        server.trusts(context.remotePeer().address())
            ? new HeaderWait(server, context).read()
            : ProxiedSocket.ofStranger(context);
    var next = protocols.connection(new ProxiedContext(context, socket));
    protocol = next;
    if (closing) {
      next.close(false);
    }
    next.handle(limit);
  }

  @Override
  public boolean canInterrupt() {
    return protocol instanceof InterruptableTask<?> task && task.canInterrupt();
  }

  /** Zero while waiting for the header, which has a separate time limit. */
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
