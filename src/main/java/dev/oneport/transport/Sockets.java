package dev.oneport.transport;

import io.helidon.webserver.ConnectionContext;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Ends connections at once. */
public final class Sockets {
  private static final Logger LOG = System.getLogger(Sockets.class.getName());

  private Sockets() {}

  /** Closes the connection's socket; reads and writes in progress fail. */
  public static void close(ConnectionContext context) {
    try {
      context.serverSocket().close();
    } catch (UncheckedIOException e) {
      context.log(LOG, Level.TRACE, "the socket was closed already", e);
    }
  }
}
