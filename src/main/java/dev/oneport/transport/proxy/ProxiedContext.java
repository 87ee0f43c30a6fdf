package dev.oneport.transport.proxy;

import dev.oneport.transport.DelegatingContext;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.ConnectionContext;

/**
 * The context of a connection after its PROXY header, with the client's address instead of the
 * proxy's.
 */
final class ProxiedContext extends DelegatingContext {
  private final ProxiedSocket socket;

  ProxiedContext(ConnectionContext context, ProxiedSocket socket) {
    super(context, DataReader.create(socket), context.dataWriter());
    this.socket = socket;
  }

  @Override
  public HelidonSocket serverSocket() {
    return socket;
  }

  @Override
  public PeerInfo remotePeer() {
    return socket.remotePeer();
  }
}
