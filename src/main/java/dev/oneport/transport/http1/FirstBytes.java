package dev.oneport.transport.http1;

import dev.oneport.transport.Sockets;
import dev.oneport.transport.time.DeadlineWatch;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;

/** Detects, within a time limit, whether a new connection is HTTP/2; consumes no bytes. */
final class FirstBytes implements DeadlineWatch.Watched {
  private final Http1Server server;
  private final ConnectionContext context;
  private final Input input;

  FirstBytes(Http1Server server, ConnectionContext context, Input input) {
    this.server = server;
    this.context = context;
    this.input = input;
  }

  /** Blocks until the answer is certain. */
  boolean http2() {
    var until = server.watchdog().after(server.limits().firstByteTimeout());
    input.patience(_ -> until);
    server.watchdog().watch(this);
    try {
      while (Preface.of(input) == Preface.PARTIAL) {
        if (!input.fill()) {
          throw new CloseConnectionException("the client ended before it had begun");
        }
      }
      return Preface.of(input) == Preface.WHOLE;
    } finally {
      server.watchdog().forget(this);
    }
  }

  @Override
  public void look(long now) {
    var reading = input.waiting();
    if (server.idleUnwanted() ? reading.expire(reading.pending()) : reading.expireAfter(now)) {
      Sockets.close(context);
    }
  }
}
