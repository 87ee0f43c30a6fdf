package dev.oneport.transport.limit;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.net.SocketAddress;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Refuses connections of an address that has too many open, before anything is read from them.
 *
 * @param exempt the peers whose connections are not counted: proxies, which connect for many
 *     clients
 */
public record ConnectionLimit(
    AddressLimits limits, Predicate<SocketAddress> exempt, ServerConnectionSelector protocols)
    implements ServerConnectionSelector {
  @Override
  public int bytesToIdentifyConnection() {
    return protocols.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData first) {
    return protocols.supports(first);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return protocols.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    var connection = protocols.connection(context);
    return limits.limitsConnections() && !exempt.test(context.remotePeer().address())
        ? new CountedConnection(limits, context, connection)
        : connection;
  }
}
