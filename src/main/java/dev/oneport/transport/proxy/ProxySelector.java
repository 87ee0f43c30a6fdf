package dev.oneport.transport.proxy;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/** Accepts every connection; the header is read on the connection's own thread. */
record ProxySelector(ProxyProtocol server, ServerConnectionSelector protocols)
    implements ServerConnectionSelector {
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
    return protocols.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return new ProxiedConnection(server, protocols, context);
  }
}
