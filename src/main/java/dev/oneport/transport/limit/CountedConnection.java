package dev.oneport.transport.limit;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A connection that counts against its address's limit while it is open. */
record CountedConnection(
    AddressLimits limits, ConnectionContext context, ServerConnection connection)
    implements ServerConnection, InterruptableTask<Void> {
  private static final System.Logger LOG = System.getLogger(CountedConnection.class.getName());

  @Override
  public void handle(Limit limit) throws InterruptedException {
    var address = address();
    if (!limits.tryConnect(address)) {
      context.log(LOG, Level.DEBUG, "too many connections of one address");
      throw new CloseConnectionException("too many connections of one address");
    }
    try {
      connection.handle(limit);
    } finally {
      limits.disconnect(address);
    }
  }

  private @Nullable InetAddress address() {
    return context.remotePeer().address() instanceof InetSocketAddress inet
        ? inet.getAddress()
        : null;
  }

  @Override
  public boolean canInterrupt() {
    return !(connection instanceof InterruptableTask<?> task) || task.canInterrupt();
  }

  @Override
  public Duration idleTime() {
    return connection.idleTime();
  }

  @Override
  public void close(boolean interrupt) {
    connection.close(interrupt);
  }
}
