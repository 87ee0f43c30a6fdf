package dev.oneport.transport.http1;

import dev.oneport.transport.HeadMemory;
import dev.oneport.transport.OpenCount;
import dev.oneport.transport.RefusedRequests;
import dev.oneport.transport.time.DeadlineWatch;
import io.helidon.http.HttpLogConfig;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Owns the HTTP/1.1 connections of a listener. Helidon serves them, but their input is checked and
 * bounded by {@link Http1Limits} before Helidon reads it.
 *
 * <p>Refusals are answered through the listener's direct handlers. A handler's HTTP/1.1 responses
 * carry {@code Connection: close} exactly when the connection ends after them.
 */
public final class Http1Server {
  /** The part of the heap for large heads. */
  private static final int PART = 16;

  private final Http1Limits limits;
  private final RefusedRequests refused;
  private final DeadlineWatch watchdog = new DeadlineWatch();
  private final OpenCount connections = new OpenCount(Integer.MAX_VALUE);
  private final LargeHeads heads;
  private final Set<String> protocols;
  private final Set<String> secureProtocols;
  private final Http1ConnectionSelector helidon;
  private volatile boolean keptOpen;
  private volatile boolean draining;
  private volatile boolean idleUnwanted;

  /**
   * @param upgraders the protocols a connection may be upgraded to; clients may spell their names
   *     in any case and offer several
   */
  public Http1Server(Http1Limits limits, List<Http1Upgrader> upgraders, RefusedRequests refused) {
    this(limits, upgraders, refused, HeadMemory.ofHeap(PART));
  }

  Http1Server(
      Http1Limits limits,
      List<Http1Upgrader> upgraders,
      RefusedRequests refused,
      HeadMemory memory) {
    this.heads = new LargeHeads(memory);
    this.limits = limits;
    this.refused = refused;
    this.protocols =
        upgraders.stream()
            .map(Http1Upgrader::supportedProtocol)
            .collect(Collectors.toUnmodifiableSet());
    this.secureProtocols =
        protocols.stream()
            .filter(protocol -> !protocol.equals("h2c"))
            .collect(Collectors.toUnmodifiableSet());
    var builder = Http1ConnectionSelector.builder().config(config(limits));
    upgraders.forEach(upgrader -> builder.addUpgrader(new HandOver(upgrader)));
    this.helidon = builder.build();
  }

  private static Http1Config config(Http1Limits limits) {
    return Http1Config.builder()
        .maxPrologueLength(limits.maxHeadBytes())
        .maxHeadersSize(limits.maxHeadBytes() + 1)
        .sendKeepAliveHeader(false)
        // Already checked here, by the same rules as on HTTP/2.
        .validatePath(false)
        .validatePrologue(false)
        .validateRequestHeaders(false)
        // Headers contain credentials.
        .log(HttpLogConfig.builder().receiveLog(false).sendLog(false).build())
        .addSendListener(new Http1ResponseHead())
        .build();
  }

  /**
   * Accepts every connection, and passes those that begin with HTTP/2's preface to this selector.
   *
   * <p>As the only selector of a listener it also bounds how long a new connection may stay silent,
   * and recognises a preface that arrives in pieces; Helidon does neither when it chooses among
   * several (4.5.0).
   */
  public ServerConnectionSelector selector(ServerConnectionSelector http2) {
    return new PortSelector(this, http2);
  }

  /**
   * Leaves the end of every connection to its protocol's drain: when Helidon stops accepting, it no
   * longer closes open connections or interrupts idle ones.
   */
  public void keepOpen() {
    keptOpen = true;
  }

  /**
   * Ends every connection with its next response, which has {@code Connection: close}. Idle
   * connections stay open: a client may be sending a request that it must not repeat (RFC 9112
   * section 9.3.1).
   */
  public void drain() {
    draining = true;
  }

  /**
   * Closes idle connections. A client that already got a response is sent a 408, which tells it
   * that a request in flight was not processed (RFC 9110 section 15.5.9). On unused connections
   * browsers treat a 408 as an error.
   */
  public void closeIdle() {
    idleUnwanted = true;
    watchdog.lookNow();
  }

  /** Waits until no HTTP/1.1 connection is open; upgraded ones are not counted. */
  public boolean awaitIdle(Duration longest) throws InterruptedException {
    return connections.awaitNone(longest);
  }

  /** The number of open connections that have not been upgraded. */
  public int openConnections() {
    return connections.open();
  }

  Http1Limits limits() {
    return limits;
  }

  DeadlineWatch watchdog() {
    return watchdog;
  }

  LargeHeads heads() {
    return heads;
  }

  RefusedRequests refused() {
    return refused;
  }

  OpenCount connections() {
    return connections;
  }

  /** The protocols that a connection may be upgraded to; with TLS, HTTP/2 is negotiated by ALPN. */
  Set<String> protocols(boolean secure) {
    return secure ? secureProtocols : protocols;
  }

  boolean keptOpen() {
    return keptOpen;
  }

  boolean draining() {
    return draining;
  }

  boolean idleUnwanted() {
    return idleUnwanted;
  }

  ServerConnection helidon(GuardedContext context) {
    return helidon.connection(context);
  }
}
