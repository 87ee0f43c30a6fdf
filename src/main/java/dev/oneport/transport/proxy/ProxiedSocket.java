package dev.oneport.transport.proxy;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a connection after its PROXY header, if it had one. Any further header closes the
 * connection: it comes from an untrusted peer, or is a second one.
 */
final class ProxiedSocket implements HelidonSocket {
  private static final System.Logger LOG = System.getLogger(ProxiedSocket.class.getName());
  private static final byte[] NONE = {};

  private final ConnectionContext context;
  private final HelidonSocket socket;
  private final PeerInfo peer;

  /** Bytes that were read with the header; null once they have been checked. */
  private final AtomicReference<byte @Nullable []> first;

  private ProxiedSocket(ConnectionContext context, PeerInfo peer, byte[] first) {
    this.context = context;
    this.socket = context.serverSocket();
    this.peer = peer;
    this.first = new AtomicReference<>(first);
  }

  /** The socket of an untrusted peer. */
  static ProxiedSocket ofStranger(ConnectionContext context) {
    return new ProxiedSocket(context, context.remotePeer(), NONE);
  }

  /**
   * The socket of a client behind a trusted proxy.
   *
   * @param client the client's address; empty if the proxy connects on its own behalf
   * @param first the bytes that were read with the header
   */
  static ProxiedSocket of(
      ConnectionContext context, Optional<InetSocketAddress> client, byte[] first) {
    var peer = client.<PeerInfo>map(ProxiedPeer::new).orElseGet(context::remotePeer);
    return new ProxiedSocket(context, peer, first);
  }

  @Override
  public byte @Nullable [] get() {
    if (first.get() == null) {
      return socket.get();
    }
    var rest = first.getAndSet(null);
    var bytes = rest == null || rest.length == 0 ? socket.get() : rest;
    if (bytes != null && ProxyHeader.begins(bytes)) {
      context.log(LOG, Level.DEBUG, "a PROXY header that no trusted proxy sent");
      throw new CloseConnectionException("a PROXY header that no trusted proxy sent");
    }
    return bytes;
  }

  @Override
  @SuppressWarnings("removal")
  public int read(BufferData buffer) {
    if (first.get() == null) {
      return socket.read(buffer);
    }
    var bytes = get();
    if (bytes == null) {
      return -1;
    }
    buffer.write(bytes);
    return bytes.length;
  }

  @Override
  public void write(BufferData buffer) {
    socket.write(buffer);
  }

  @Override
  public void close() {
    socket.close();
  }

  @Override
  public void idle() {
    socket.idle();
  }

  @Override
  public boolean isConnected() {
    return socket.isConnected();
  }

  @Override
  public boolean protocolNegotiated() {
    return socket.protocolNegotiated();
  }

  @Override
  public String protocol() {
    return socket.protocol();
  }

  @Override
  public PeerInfo remotePeer() {
    return peer;
  }

  @Override
  public PeerInfo localPeer() {
    return socket.localPeer();
  }

  @Override
  public boolean isSecure() {
    return socket.isSecure();
  }

  @Override
  public String socketId() {
    return socket.socketId();
  }

  @Override
  public String childSocketId() {
    return socket.childSocketId();
  }
}
