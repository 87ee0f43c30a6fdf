package dev.oneport.transport.http2;

import dev.oneport.transport.HeadMemory;
import dev.oneport.transport.RequestMemory;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * HTTP/2 on a Helidon listener: by prior knowledge and ALPN with {@link #selector}, which goes into
 * {@code WebServer.builder().addConnectionSelector}, and by an upgrade from HTTP/1.1 with {@link
 * #upgrader}, which goes into {@code Http1ConnectionSelector.builder().addUpgrader}. Requests that
 * no {@link StreamProtocol} accepts go to the listener's {@code HttpRouting}.
 */
public final class Http2Server {
  /** The part of the heap for incomplete frames and the heads of open streams. */
  private static final int PART = 4;

  /** A connection gives way to others that hold so many times less. */
  private static final int GREEDY = 4;

  /** Looking for it takes a while with thousands of connections. */
  private static final long LOOK_NANOS = 50_000_000;

  /** The part of the heap for compression. */
  private static final int TABLES = 16;

  /** The part of the heap for credentials that were decoded recently. */
  private static final int RECENT = 32;

  private final Http2Limits limits;
  private final RequestMemory memory;
  private final HeadMemory heads;
  private final HeadMemory tables = HeadMemory.ofHeap(TABLES);
  private final HeadMemory recent = HeadMemory.ofHeap(RECENT);
  private final List<StreamProtocol> protocols;
  private final StreamProtocol http;
  private final Watchdog watchdog = new Watchdog();
  private final LongAdder streams = new LongAdder();
  private final Object idle = new Object();
  private final AtomicLong looked = new AtomicLong(System.nanoTime() - LOOK_NANOS);
  private volatile boolean draining;

  /**
   * Serves within these limits.
   *
   * @param memory whose size also bounds the received bytes that wait to be read, on all
   *     connections together
   * @param protocols the protocols, in the order in which they are asked
   * @param http handles the streams that none of them accepts
   */
  public Http2Server(
      Http2Limits limits,
      RequestMemory memory,
      List<StreamProtocol> protocols,
      StreamProtocol http) {
    this(limits, memory, protocols, http, HeadMemory.ofHeap(PART));
  }

  Http2Server(
      Http2Limits limits,
      RequestMemory memory,
      List<StreamProtocol> protocols,
      StreamProtocol http,
      HeadMemory heads) {
    this.heads = heads;
    this.limits = limits;
    this.memory = memory.another();
    this.protocols = List.copyOf(protocols);
    this.http = http;
  }

  public ServerConnectionSelector selector() {
    return new Http2Selector(this);
  }

  /** The upgrader for {@code Upgrade: h2c}. */
  public Http1Upgrader upgrader() {
    return new Http2Upgrader(this);
  }

  /**
   * Drains all current and future connections with GOAWAY. Open streams continue, and streams that
   * a client opens before it has seen the GOAWAY are served; later ones are refused so that it may
   * safely repeat them. A connection ends after its last stream.
   */
  public void drain() {
    draining = true;
    watchdog.connections().forEach(Http2Connection::drain);
  }

  /** Refuses further streams, after clients have had time to see the GOAWAY. */
  public void refuseStreams() {
    watchdog.connections().forEach(Http2Connection::hurry);
  }

  /** Waits until no connection is open; false on timeout. */
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

  /** The number of open connections. */
  public int openConnections() {
    return watchdog.connections().size();
  }

  /** The number of streams that are open or whose handler still runs. */
  public long openStreams() {
    return streams.sum();
  }

  Http2Limits limits() {
    return limits;
  }

  RequestMemory memory() {
    return memory;
  }

  /**
   * The memory for incomplete frames, and for heads of streams that are open or whose handlers run.
   */
  HeadMemory heads() {
    return heads;
  }

  /**
   * There was no memory for the head of a stream. The connection that holds the most is closed, if
   * it holds far more than the one whose stream was refused: streams that a client leaves open for
   * minutes must not take the memory from all others.
   *
   * @param held what the connection of the refused stream holds
   */
  void shortOfHeads(long held) {
    if (held >= heads.held() / GREEDY) {
      return;
    }
    long now = System.nanoTime();
    long last = looked.get();
    if (now - last < LOOK_NANOS || !looked.compareAndSet(last, now)) {
      return;
    }
    watchdog.connections().stream()
        .max(Comparator.comparingLong(Http2Connection::heldHeads))
        .filter(it -> it.heldHeads() > GREEDY * held)
        .ifPresent(Http2Connection::giveWay);
  }

  /** The memory for the fields that connections remember for compression. */
  HeadMemory tables() {
    return tables;
  }

  /**
   * The memory for decoded credentials, apart from the tables: these are no reason to end a
   * connection.
   */
  HeadMemory recent() {
    return recent;
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
