package dev.oneport.transport.http1;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Accepts every connection. The protocol is the one negotiated by ALPN (RFC 7301); without ALPN the
 * connection's own thread detects it from the first bytes.
 */
final class PortSelector implements ServerConnectionSelector {
  private final Http1Server server;
  private final ServerConnectionSelector http2;

  PortSelector(Http1Server server, ServerConnectionSelector http2) {
    this.server = server;
    this.http2 = http2;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData first) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    var all = new LinkedHashSet<>(http2.supportedApplicationProtocols());
    all.add("http/1.1");
    return all;
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new GuardedConnection(server, context, http2, Negotiated.by(context.serverSocket()));
  }
}
