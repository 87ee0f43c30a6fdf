package dev.oneport.transport.http2;

import dev.oneport.transport.RequestMemory;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * HTTP/2 on a Helidon listener: by prior knowledge and ALPN with {@link #selector}, which goes into
 * {@code WebServer.builder().addConnectionSelector}, and by an upgrade from HTTP/1.1 with {@link
 * #upgrader}, which goes into {@code Http1ConnectionSelector.builder().addUpgrader}. Requests that
 * no {@link StreamProtocol} takes go to the listener's {@code HttpRouting}.
 */
public final class Http2Server {
  private final Http2Limits limits;
  private final RequestMemory memory;
  private final List<StreamProtocol> protocols;
  private final StreamProtocol http;
  private final Watchdog watchdog = new Watchdog();
  private final LongAdder streams = new LongAdder();
  private final Object idle = new Object();
  private volatile boolean draining;

  /**
   * Serves within these limits.
   *
   * @param memory which is asked how much of it there is: as much may wait to be read in sum
   * @param protocols are asked in their order
   * @param http takes what none of them takes
   */
  public Http2Server(
      Http2Limits limits,
      RequestMemory memory,
      List<StreamProtocol> protocols,
      StreamProtocol http) {
    this.limits = limits;
    this.memory = memory.another();
    this.protocols = List.copyOf(protocols);
    this.http = http;
  }

  public ServerConnectionSelector selector() {
    return new Http2Selector(this);
  }

  /** For {@code Upgrade: h2c}. */
  public Http1Upgrader upgrader() {
    return new Http2Upgrader(this);
  }

  /**
   * Tells the clients of all connections, those to come included, to go elsewhere. Streams that
   * have begun go on, and those that a client opens before it has heard of it are served; later
   * ones are refused so that it may safely repeat them. A connection ends with its last stream.
   */
  public void drain() {
    draining = true;
    watchdog.connections().forEach(Http2Connection::drain);
  }

  /** Lets no more streams begin: clients have had the time to hear of the drain. */
  public void refuseStreams() {
    watchdog.connections().forEach(Http2Connection::hurry);
  }

  /** Waits until no connection is left; false if that took too long. */
  public boolean awaitIdle(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    synchronized (idle) {
      while (!watchdog.connections().isEmpty()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(idle, left);
      }
    }
    return true;
  }

  /** Connections that are open now. */
  public int openConnections() {
    return watchdog.connections().size();
  }

  /** Streams that are open now, or whose handler still runs. */
  public long openStreams() {
    return streams.sum();
  }

  Http2Limits limits() {
    return limits;
  }

  RequestMemory memory() {
    return memory;
  }

  LongAdder streams() {
    return streams;
  }

  void opened(Http2Connection connection) {
    watchdog.add(connection);
    if (draining) {
      connection.drain();
    }
  }

  void closed(Http2Connection connection) {
    if (watchdog.remove(connection)) {
      synchronized (idle) {
        idle.notifyAll();
      }
    }
  }

  Http2Connection connection(ConnectionContext context, Optional<UpgradeRequest> upgrade) {
    return new Http2Connection(this, context, upgrade.orElse(null));
  }

  StreamHandler handler(Http2Stream stream) {
    var refusal = stream.request().refusal();
    if (refusal == null || refusal.isLeftToProtocols()) {
      for (var protocol : protocols) {
        var handler = protocol.handler(stream);
        if (handler.isPresent()) {
          return handler.get();
        }
      }
    }
    return http.handler(stream).orElseThrow();
  }
}
