package dev.oneport.transport.http1;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;

/** Finds out, within a bound, whether a new connection is HTTP/2; takes nothing from it. */
final class FirstBytes implements Watchdog.Watched {
  private final Http1Server server;
  private final ConnectionContext context;
  private final Wait reading = new Wait();

  FirstBytes(Http1Server server, ConnectionContext context) {
    this.server = server;
    this.context = context;
  }

  /** Blocks until it is certain. */
  boolean http2() {
    var reader = context.dataReader();
    reading.start(server.watchdog().after(server.limits().firstByteTimeout()));
    server.watchdog().watch(this);
    try {
      reader.ensureAvailable();
      var preface = preface(reader);
      while (preface == Preface.PARTIAL) {
        reader.pullData();
        preface = preface(reader);
      }
      return preface == Preface.WHOLE;
    } catch (InsufficientDataAvailableException e) {
      throw new CloseConnectionException("the client sent nothing", e);
    } finally {
      server.watchdog().forget(this);
    }
  }

  private static Preface preface(DataReader reader) {
    return Preface.of(reader.getBuffer(reader.available()));
  }

  @Override
  public void look(long now) {
    if ((server.draining() && reading.expire(reading.pending())) || reading.expireAfter(now)) {
      Sockets.close(context);
    }
  }
}
