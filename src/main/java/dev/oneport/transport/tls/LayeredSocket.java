package dev.oneport.transport.tls;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketImpl;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Adapts Helidon's socket so that the JDK's {@code SSLSocket} can be layered over it. It has no
 * file descriptor; all bytes go through Helidon's socket.
 */
final class LayeredSocket extends Socket {
  private static final byte[] NONE = {};

  private final HelidonSocket socket;
  private final HandshakeTurns.Turn turn;
  private final RecordFlood records;
  private volatile boolean closed;
  private byte[] rest = NONE;
  private int at;

  LayeredSocket(HelidonSocket socket, HandshakeTurns.Turn turn, RecordFlood records)
      throws IOException {
    super((SocketImpl) null);
    this.socket = socket;
    this.turn = turn;
    this.records = records;
  }

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return length == 0 ? 0 : LayeredSocket.this.read(into, offset, length);
      }
    };
  }

  private int read(byte[] into, int offset, int length) throws IOException {
    if (at == rest.length) {
      var more = pull();
      if (more == null) {
        return -1;
      }
      rest = more;
      at = 0;
    }
    var count = Math.min(length, rest.length - at);
    records.pass(rest, at, at + count);
    System.arraycopy(rest, at, into, offset, count);
    at += count;
    if (at == rest.length) {
      rest = NONE;
      at = 0;
    }
    return count;
  }

  private byte @Nullable [] pull() throws IOException {
    turn.pause();
    try {
      return socket.get();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      turn.resume();
    }
  }

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] from, int offset, int length) throws IOException {
        LayeredSocket.this.write(Arrays.copyOfRange(from, offset, offset + length));
      }
    };
  }

  private void write(byte[] bytes) throws IOException {
    turn.pause();
    try {
      socket.write(BufferData.create(bytes));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      turn.resume();
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try {
        socket.close();
      } catch (UncheckedIOException _) {
        // The socket was already closed.
      }
    }
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public boolean isConnected() {
    return true;
  }

  @Override
  public boolean isBound() {
    return true;
  }

  @Override
  public boolean isInputShutdown() {
    return closed;
  }

  @Override
  public boolean isOutputShutdown() {
    return closed;
  }

  @Override
  public void shutdownInput() {
    close();
  }

  @Override
  public void shutdownOutput() {
    close();
  }

  @Override
  public int getSoLinger() {
    return -1;
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    return socket.remotePeer().address();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    return socket.localPeer().address();
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    return getRemoteSocketAddress() instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }

  @Override
  public @Nullable InetAddress getLocalAddress() {
    return getLocalSocketAddress() instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }

  @Override
  public int getPort() {
    return getRemoteSocketAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }

  @Override
  public int getLocalPort() {
    return getLocalSocketAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0;
  }
}
