package dev.oneport.transport.http1;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import org.jspecify.annotations.Nullable;

/**
 * A socket from which another thread may still be reading one buffer. Reads return that buffer
 * first, then the bytes after it.
 */
record HandedOverSocket(HelidonSocket socket, Input input) implements HelidonSocket {
  @Override
  public byte @Nullable [] get() {
    return input.read();
  }

  @Override
  @SuppressWarnings("removal")
  public int read(BufferData buffer) {
    return input.read(buffer);
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
    return socket.remotePeer();
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
