package dev.oneport.transport.tls;

import dev.oneport.transport.DelegatingContext;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.socket.SocketWriter;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** The context of a connection after its handshake. */
final class SecureContext extends DelegatingContext {
  private final SecureSocket socket;

  SecureContext(ConnectionContext context, SecureSocket socket) {
    super(
        context,
        DataReader.create(() -> read(socket)),
        SocketWriter.create(
            context.executor(),
            socket,
            context.listenerContext().config().writeQueueLength(),
            context.listenerContext().config().smartAsyncWrites()));
    this.socket = socket;
  }

  private static byte @Nullable [] read(SecureSocket socket) {
    try {
      return socket.get();
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("the connection broke", e);
    }
  }

  @Override
  public HelidonSocket serverSocket() {
    return socket;
  }

  @Override
  public PeerInfo remotePeer() {
    return socket.remotePeer();
  }

  @Override
  public PeerInfo localPeer() {
    return socket.localPeer();
  }

  @Override
  public boolean isSecure() {
    return true;
  }
}
