package dev.oneport.server;

import dev.oneport.api.Protocol;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.builtins.OpenConnections;
import dev.oneport.gate.GrpcProblem;
import dev.oneport.gate.Perimeter;
import dev.oneport.gateway.Gateway;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.connect.JsonTypes;
import dev.oneport.transport.connect.WebMethods;
import dev.oneport.transport.grpc.GrpcProtocol;
import dev.oneport.transport.grpc.GrpcServices;
import dev.oneport.transport.http1.Http1Server;
import dev.oneport.transport.http2.Http2Server;
import dev.oneport.transport.http2.http.StreamExchange;
import dev.oneport.transport.limit.ConnectionLimit;
import dev.oneport.transport.proxy.ProxyProtocol;
import dev.oneport.transport.tls.TlsServer;
import dev.oneport.transport.websocket.CloseReason;
import dev.oneport.transport.websocket.WebSocketServer;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The one listener: HTTP/1.1, HTTP/2, gRPC and WebSocket side by side, told apart per request. It
 * may have several addresses, with one port, the same routes and common limits.
 */
final class Listener implements OpenConnections {
  private final WebSocketServer webSocket;
  private final Http2Server http2;
  private final Http1Server http1;
  private final Optional<ProxyProtocol> proxyProtocol;
  private final Optional<TlsServer> tls;
  private final Perimeter perimeter;
  private final Acceptor acceptor = new Acceptor();
  private final Addresses addresses;
  private final List<Port> ports;
  private boolean draining;

  Listener(
      Settings settings,
      Mounts mounts,
      Guards guards,
      Gateway gateway,
      ForwardedMethods methods,
      RequestMemory memory,
      Optional<ListenerTls> tls) {
    this.tls = tls.map(ListenerTls::server);
    var limits = settings.limits();
    var cors = settings.cors();
    var requests = new ForwardedRequests(gateway::now, guards, cors);
    var refused = new RefusedRoutes(mounts.routes(), guards, requests);
    var guarded = mounts.guardedGrpc(guards);
    var services =
        GrpcServices.builder()
            .served(name -> guards.isMounted(new Route(Protocol.GRPC, name)))
            .others(methods::find)
            .unknown(new UnknownMethods(guards.gate().perimeter()));
    Mounts.grpcRoutings(guarded).forEach(services::routing);
    var web =
        new WebMethods(
            limits.grpc(),
            limits.web(),
            memory,
            GrpcProblem::of,
            GrpcProblem.HTTP,
            JsonTypes.of(guarded, mounts.types()));
    var edge = settings.edge();
    this.perimeter = guards.gate().perimeter();
    webSocket =
        new WebSocketServer(
            limits.webSocket(), memory, _ -> closing(Reason.INTERNAL), perimeter::origin);
    http2 =
        new Http2Server(
            limits.http2(),
            memory,
            List.of(new GrpcProtocol(limits.grpc(), memory, GrpcProblem::of, services.build())),
            StreamExchange.protocol(refused));
    var upgraders = new ArrayList<>(List.of(webSocket.upgrader()));
    if (edge.h2cUpgrade()) {
      upgraders.addFirst(http2.upgrader());
    }
    http1 = new Http1Server(limits.http1(), upgraders, refused);
    proxyProtocol =
        edge.proxyProtocol()
            ? Optional.of(new ProxyProtocol(edge.proxies()::trusts, limits.http1().headTimeout()))
            : Optional.empty();
    var addresses = Addresses.of(settings.addresses(), settings.port()).numbered();
    int connections = Capacity.connections(limits.maxConnections());
    var sockets = sockets(connections, addresses.all().size());
    var selector = acceptor.watched(selector());
    webSocket.others(requests::socket);
    var forwarded = methods.plainHttp(web, requests, cors);
    ports =
        addresses.sockets().stream()
            .map(
                address ->
                    new Port(
                        address,
                        configured(settings, sockets, connections)
                            .port(address.getPort())
                            .address(address.getAddress())
                            .addConnectionSelector(selector)
                            .addRouting(mounts.httpRouting(guards, guarded, web, cors, forwarded))
                            .addRouting(mounts.webSocketRouting(guards))
                            .build()))
            .toList();
    this.addresses = addresses;
  }

  private static SocketOptions sockets(int maxConnections, int listeners) {
    // Without tcp-no-delay each gRPC call waits about 40 ms for an acknowledgement.
    var options = SocketOptions.builder().tcpNoDelay(true).build();
    // Each listener accepts one more connection before it waits.
    return listeners == 1
        ? options
        : new SharedConnections(options, Math.max(1, maxConnections - listeners));
  }

  private static WebServerConfig.Builder configured(
      Settings settings, SocketOptions sockets, int connections) {
    var limits = settings.limits();
    return WebServer.builder()
        // The program that starts the server also stops it.
        .shutdownHook(false)
        // Helidon's stop begins with the drain, and must not cut off draining connections.
        .shutdownGracePeriod(settings.callGrace().minus(settings.drainDelay()))
        .featuresDiscoverServices(false)
        .protocolsDiscoverServices(false)
        .maxPayloadSize(limits.maxBodySize())
        .maxTcpConnections(connections)
        .idleConnectionTimeout(limits.idleTimeout())
        .connectionOptions(sockets)
        .errorHandling(ErrorHandling.builder().includeEntity(true).build())
        .directHandlers(HttpAnswers.direct())
        // Helidon's NIO sockets hold two buffers of 8 KiB each, these only one.
        .useNio(false)
        .requestedUriDiscoveryContext(new ExternalUri(settings.edge().proxies()));
  }

  /** The PROXY header comes first because it names the client; the handshake costs the most. */
  private ServerConnectionSelector selector() {
    var protocols = http1.selector(http2.selector());
    var secured = tls.map(secure -> secure.selector(protocols)).orElse(protocols);
    var limited = new ConnectionLimit(perimeter.limits(), perimeter.proxies()::trusts, secured);
    return proxyProtocol.map(proxied -> proxied.selector(limited)).orElse(limited);
  }

  /**
   * Starts to listen.
   *
   * @throws PortUnavailable if one address cannot be bound; then none stays bound
   */
  void start() {
    addresses.check();
    try {
      ports.forEach(Port::start);
    } catch (PortUnavailable e) {
      ports.forEach(Port::stop);
      throw e;
    }
    acceptor.watch();
  }

  int port() {
    return ports.getFirst().number();
  }

  /** Completed with the reason when an address unexpectedly stops accepting connections. */
  CompletableFuture<String> failure() {
    return acceptor.ended();
  }

  @Override
  public Map<String, Integer> connections() {
    return Map.of(
        "http/1.1", http1.openConnections(),
        "h2", http2.openConnections(),
        "websocket", webSocket.open());
  }

  @Override
  public long streams() {
    return http2.openStreams();
  }

  /**
   * Stops accepting connections, then sends GOAWAY and its equivalents on open ones; in this order,
   * so that the clients do not reconnect here. Requests that still arrive on open connections are
   * served, and a connection closes after its last call.
   */
  void drain() throws InterruptedException {
    if (draining) {
      return;
    }
    draining = true;
    acceptor.closing();
    http1.keepOpen();
    ports.forEach(Port::stop);
    for (var port : ports) {
      port.awaitClosed();
    }
    http2.drain();
    http1.drain();
  }

  /** Waits until no connection is left; false on timeout. */
  boolean awaitEnd(Duration longest) throws InterruptedException {
    long deadline = System.nanoTime() + longest.toNanos();
    var ended = true;
    for (var port : ports) {
      ended &= port.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
    return ended;
  }

  /** Admits no more calls, and closes idle connections. */
  void closeIdle() {
    proxyProtocol.ifPresent(ProxyProtocol::closeIdle);
    tls.ifPresent(TlsServer::closeIdle);
    http2.refuseStreams();
    http1.closeIdle();
  }

  /** Closes every socket that is still open, and refuses further ones. */
  void closeSockets() {
    webSocket.drain(closing(Reason.DRAINING));
  }

  private static CloseReason closing(Reason reason) {
    return new CloseReason(reason.webSocket(), reason.text());
  }
}
