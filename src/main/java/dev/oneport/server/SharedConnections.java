package dev.oneport.server;

import io.helidon.common.socket.SocketOptions;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds the connections of several listeners together, because Helidon counts each listener's
 * connections separately. A listener that accepts one connection too many waits until another
 * connection ends; later connections wait in its backlog.
 */
final class SharedConnections implements SocketOptions {
  private static final long PAUSE_NANOS = 10_000_000;

  private final SocketOptions options;
  private final int most;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<SocketChannel> open = new HashSet<>();

  /**
   * Creates a bound.
   *
   * @param options the options for each connection
   * @param most the most open connections
   */
  SharedConnections(SocketOptions options, int most) {
    this.options = options;
    this.most = most;
  }

  /** Called for each accepted connection, on the accepting thread. */
  @Override
  public void configureSocket(SocketChannel socket) {
    while (!admit(socket)) {
      LockSupport.parkNanos(this, PAUSE_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("the listener ends");
      }
    }
    options.configureSocket(socket);
  }

  /**
   * Admits a connection below the bound. The end of a connection is not reported, so closed ones
   * are removed at the bound.
   */
  private boolean admit(SocketChannel socket) {
    lock.lock();
    try {
      if (open.size() >= most) {
        open.removeIf(it -> !it.isOpen());
      }
      return open.size() < most && open.add(socket);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Map<SocketOption<?>, Object> socketOptions() {
    return options.socketOptions();
  }

  @Override
  public Duration connectTimeout() {
    return options.connectTimeout();
  }

  @Override
  public Duration readTimeout() {
    return options.readTimeout();
  }

  @Override
  public Optional<Integer> socketReceiveBufferSize() {
    return options.socketReceiveBufferSize();
  }

  @Override
  public Optional<Integer> socketSendBufferSize() {
    return options.socketSendBufferSize();
  }

  @Override
  public boolean socketReuseAddress() {
    return options.socketReuseAddress();
  }

  @Override
  public boolean socketKeepAlive() {
    return options.socketKeepAlive();
  }

  @Override
  public boolean tcpNoDelay() {
    return options.tcpNoDelay();
  }
}
