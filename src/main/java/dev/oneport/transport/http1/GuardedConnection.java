package dev.oneport.transport.http1;

import dev.oneport.transport.Sockets;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One connection from its first byte to its last, through all protocols that it switches to. */
final class GuardedConnection implements ServerConnection, InterruptableTask<Void> {
  private final Http1Server server;
  private final ConnectionContext context;
  private final ServerConnectionSelector http2;
  private final Negotiated negotiated;

  private volatile @Nullable Http1Session session;
  private volatile @Nullable ServerConnection next;
  private volatile boolean closing;

  /**
   * @param http2 handles connections that begin with HTTP/2's preface
   * @param negotiated the protocol that was negotiated by ALPN
   */
  GuardedConnection(
      Http1Server server,
      ConnectionContext context,
      ServerConnectionSelector http2,
      Negotiated negotiated) {
    this.server = server;
    this.context = new KnownPeers(context);
    this.http2 = http2;
    this.negotiated = negotiated;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    var other = first(limit);
    if (other != null) {
      next = other;
      if (closing) {
        other.close(false);
      }
      other.handle(limit);
    }
  }

  /** Runs until the connection ends, or returns the protocol that takes it over. */
  private @Nullable ServerConnection first(Limit limit) throws InterruptedException {
    server.connections().tryOpen();
    try {
      var input = new Input(context, server.watchdog());
      if (isHttp2(input)) {
        var other = http2.connection(input.handOver());
        input.skip(input.size());
        return other;
      }
      var http1 = new Http1Session(server, context, input);
      session = http1;
      return http1.run(limit);
    } finally {
      session = null;
      server.connections().close();
    }
  }

  private boolean isHttp2(Input input) {
    return switch (negotiated) {
      case HTTP_2 -> true;
      case HTTP_1 -> false;
      case NOTHING -> new FirstBytes(server, context, input).http2();
    };
  }

  @Override
  public boolean canInterrupt() {
    if (server.keptOpen()) {
      return false;
    }
    var other = next;
    if (other != null) {
      return !(other instanceof InterruptableTask<?> task) || task.canInterrupt();
    }
    var http1 = session;
    return http1 == null || http1.idle();
  }

  /** Zero until another protocol takes over, because HTTP/1.1 has its own idle limit. */
  @Override
  public Duration idleTime() {
    var other = next;
    return other == null ? Duration.ZERO : other.idleTime();
  }

  @Override
  public void close(boolean interrupt) {
    if (server.keptOpen() && !interrupt) {
      return;
    }
    closing = true;
    var other = next;
    var http1 = session;
    if (other != null) {
      other.close(interrupt);
    } else if (http1 != null) {
      http1.close(interrupt);
    } else {
      Sockets.close(context);
    }
  }
}
