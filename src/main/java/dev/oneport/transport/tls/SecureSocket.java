package dev.oneport.transport.tls;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.socket.TlsSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a connection after its handshake. It closes at once: the JDK's TLS socket would
 * first send a close_notify, and would wait for a write that the client does not read.
 */
final class SecureSocket implements HelidonSocket {
  private final HelidonSocket plain;
  private final SSLSocket ssl;
  private final TlsSocket tls;
  private final PeerInfo peer;

  SecureSocket(HelidonSocket plain, SSLSocket ssl) {
    this.plain = plain;
    this.ssl = ssl;
    this.tls = TlsSocket.server(ssl, plain.childSocketId(), plain.socketId());
    this.peer = SecurePeer.of(ssl.getSession(), tls.remotePeer());
  }

  @Override
  public byte @Nullable [] get() {
    try {
      return tls.get();
    } catch (UncheckedIOException e) {
      throw broken(e);
    }
  }

  /** Unused, but the interface requires it. */
  @Override
  @SuppressWarnings("removal")
  public int read(BufferData buffer) {
    var bytes = get();
    if (bytes == null) {
      return -1;
    }
    buffer.write(bytes);
    return bytes.length;
  }

  @Override
  public void write(BufferData buffer) {
    try {
      tls.write(buffer);
    } catch (UncheckedIOException e) {
      throw broken(e);
    }
  }

  /** Reports any failure of TLS like a lost connection. */
  private static UncheckedIOException broken(UncheckedIOException e) {
    if (!(e.getCause() instanceof SSLException)) {
      return e;
    }
    var lost = new SocketException("TLS failed: " + e.getCause().getMessage());
    lost.initCause(e.getCause());
    return new UncheckedIOException(lost);
  }

  /** Sends a close_notify, so that the client knows that no data was cut off. */
  void end() {
    try {
      ssl.shutdownOutput();
    } catch (IOException _) {
      // The client has disconnected.
    }
  }

  @Override
  public void close() {
    plain.close();
  }

  @Override
  public void idle() {
    tls.idle();
  }

  @Override
  public boolean isConnected() {
    return plain.isConnected();
  }

  @Override
  public boolean protocolNegotiated() {
    return tls.protocolNegotiated();
  }

  @Override
  public String protocol() {
    return tls.protocol();
  }

  @Override
  public PeerInfo remotePeer() {
    return peer;
  }

  @Override
  public PeerInfo localPeer() {
    return tls.localPeer();
  }

  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public String socketId() {
    return plain.socketId();
  }

  @Override
  public String childSocketId() {
    return plain.childSocketId();
  }
}
