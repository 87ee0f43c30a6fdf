package dev.oneport.transport.tls;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.Objects;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The socket of a connection after its handshake. It closes at once: the JDK's TLS socket would
 * first send a close_notify, and would wait for a write that the client does not read.
 *
 * <p>Unlike Helidon's {@code TlsSocket} it has no buffer for reading: the JDK's socket has one, and
 * a second one would be a fifth of the memory of an idle connection.
 */
final class SecureSocket implements HelidonSocket {
  private final HelidonSocket plain;
  private final SSLSocket ssl;
  private final InputStream in;
  private final OutputStream out;
  private final String protocol;
  private final PeerInfo peer;
  private final RecordFlood records;

  SecureSocket(HelidonSocket plain, SSLSocket ssl, RecordFlood records) throws IOException {
    this.plain = plain;
    this.ssl = ssl;
    this.records = records;
    this.in = ssl.getInputStream();
    this.out = ssl.getOutputStream();
    this.protocol = Objects.requireNonNullElse(ssl.getApplicationProtocol(), "");
    this.peer = SecurePeer.of(ssl.getSession(), plain.remotePeer());
  }

  /** Blocks for one byte, and then takes the rest of its record. */
  @Override
  public byte @Nullable [] get() {
    try {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      records.data();
      var bytes = new byte[1 + in.available()];
      bytes[0] = (byte) first;
      // The record was received and decrypted with its first byte.
      int rest = in.readNBytes(bytes, 1, bytes.length - 1);
      if (rest != bytes.length - 1) {
        throw new SocketException("TLS failed: a record was cut off");
      }
      return bytes;
    } catch (IOException e) {
      throw broken(e);
    }
  }

  @Override
  @SuppressWarnings("removal")
  public int read(BufferData buffer) {
    try {
      int length = buffer.readFrom(in);
      if (length > 0) {
        records.data();
      }
      return length;
    } catch (UncheckedIOException e) {
      throw broken(Objects.requireNonNull(e.getCause()));
    }
  }

  @Override
  public void write(BufferData buffer) {
    try {
      buffer.writeTo(out);
    } catch (UncheckedIOException e) {
      throw broken(Objects.requireNonNull(e.getCause()));
    }
  }

  /** Reports any failure of TLS like a lost connection. */
  private static UncheckedIOException broken(IOException e) {
    if (!(e instanceof SSLException)) {
      return new UncheckedIOException(e);
    }
    var lost = new SocketException("TLS failed: " + e.getMessage());
    lost.initCause(e);
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

  /** For clients, which watch connections that they do not use. */
  @Override
  public void idle() {}

  @Override
  public boolean isConnected() {
    return plain.isConnected();
  }

  @Override
  public boolean protocolNegotiated() {
    return !protocol.isEmpty();
  }

  @Override
  public String protocol() {
    return protocol;
  }

  @Override
  public PeerInfo remotePeer() {
    return peer;
  }

  @Override
  public PeerInfo localPeer() {
    return plain.localPeer();
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
