package dev.oneport.transport.proxy;

import dev.oneport.transport.Sockets;
import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.time.Wait;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.Arrays;

/** Reads the header of a trusted proxy, within its time limit. */
final class HeaderWait implements DeadlineWatch.Watched {
  private static final System.Logger LOG = System.getLogger(HeaderWait.class.getName());

  private final ProxyProtocol server;
  private final ConnectionContext context;
  private final Wait wait = new Wait();

  HeaderWait(ProxyProtocol server, ConnectionContext context) {
    this.server = server;
    this.context = context;
  }

  /**
   * Blocks until the header has arrived.
   *
   * @return the socket of the client that it names
   * @throws CloseConnectionException if there is no valid header
   */
  ProxiedSocket read() {
    wait.start(server.watchdog().after(server.timeout()));
    server.watchdog().watch(this);
    try {
      var socket = header();
      if (!wait.stop()) {
        throw refused("it took too long");
      }
      return socket;
    } catch (UncheckedIOException e) {
      throw refused(wait.expired() ? "it took too long" : "the connection broke");
    } catch (ProxyHeader.Malformed e) {
      throw refused(String.valueOf(e.getMessage()));
    } finally {
      server.watchdog().forget(this);
    }
  }

  private ProxiedSocket header() throws ProxyHeader.Malformed {
    var bytes = new ByteArrayOutputStream();
    while (true) {
      var more = context.serverSocket().get();
      if (more == null) {
        // Port checks connect and send nothing; they are not worth a log line.
        throw bytes.size() == 0
            ? new CloseConnectionException("the connection ended")
            : refused("it is cut off");
      }
      bytes.writeBytes(more);
      var all = bytes.toByteArray();
      var header = ProxyHeader.of(all, all.length);
      if (header.isPresent()) {
        var rest = Arrays.copyOfRange(all, header.get().length(), all.length);
        return ProxiedSocket.of(context, header.get().client(), rest);
      }
    }
  }

  private CloseConnectionException refused(String why) {
    context.log(LOG, Level.DEBUG, "no PROXY header of a trusted proxy: %s", why);
    return new CloseConnectionException("no PROXY header: " + why);
  }

  @Override
  public void look(long now) {
    if (server.closing() ? wait.expire(wait.pending()) : wait.expireAfter(now)) {
      Sockets.close(context);
    }
  }
}
