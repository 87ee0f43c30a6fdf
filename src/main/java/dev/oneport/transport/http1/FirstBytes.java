package dev.oneport.transport.http1;

import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;

/** Finds out, within a bound, whether a new connection is HTTP/2; takes nothing from it. */
final class FirstBytes implements Watchdog.Watched {
  private final Http1Server server;
  private final ConnectionContext context;
  private final Input input;
  private final boolean late;

  FirstBytes(Http1Server server, ConnectionContext context, Input input) {
    this.server = server;
    this.context = context;
    this.input = input;
    this.late = server.draining();
  }

  /** Blocks until it is certain. */
  boolean http2() {
    var limits = server.limits();
    var most = late ? limits.lingerTimeout() : limits.firstByteTimeout();
    var until = server.watchdog().after(most);
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
    var unwanted = server.draining() && !late;
    if (unwanted ? reading.expire(reading.pending()) : reading.expireAfter(now)) {
      Sockets.close(context);
    }
  }
}
