package dev.oneport.server;

import dev.oneport.api.Protocol;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.builtins.OpenConnections;
import dev.oneport.gate.GrpcProblem;
import dev.oneport.threads.Background;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.connect.JsonTypes;
import dev.oneport.transport.connect.WebMethods;
import dev.oneport.transport.grpc.GrpcProtocol;
import dev.oneport.transport.grpc.GrpcServices;
import dev.oneport.transport.http1.Http1Server;
import dev.oneport.transport.http2.Http2Server;
import dev.oneport.transport.http2.http.StreamExchange;
import dev.oneport.transport.websocket.CloseReason;
import dev.oneport.transport.websocket.WebSocketServer;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.ErrorHandling;
import io.helidon.webserver.WebServer;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The one listener: HTTP/1.1, HTTP/2, gRPC and WebSocket side by side, told apart per request. */
final class Listener implements OpenConnections {
  private final Settings settings;
  private final WebSocketServer webSocket;
  private final Http2Server http2;
  private final Http1Server http1;
  private final Acceptor acceptor = new Acceptor();
  private final WebServer server;

  /** Created at the start: at the end there may be no file descriptor left to load its class. */
  private @Nullable Accepting accepting;

  private @Nullable Thread stopping;

  Listener(Settings settings, Mounts mounts, Guards guards, RequestMemory memory) {
    this.settings = settings;
    var limits = settings.limits();
    var refused = new RefusedRoutes(mounts.routes(), guards);
    var guarded = mounts.guardedGrpc(guards);
    var services =
        GrpcServices.builder().served(name -> guards.serves(new Route(Protocol.GRPC, name)));
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
    webSocket =
        new WebSocketServer(
            limits.webSocket(), memory, _ -> closing(Reason.INTERNAL), edge.perimeter()::origin);
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
    var builder =
        WebServer.builder()
            .port(settings.port())
            // The program that starts the server also stops it, in order.
            .shutdownHook(false)
            // Helidon's stop begins with the drain and must not cut off draining connections.
            .shutdownGracePeriod(settings.callGrace().minus(settings.drainDelay()))
            .featuresDiscoverServices(false)
            .protocolsDiscoverServices(false)
            .maxPayloadSize(limits.maxBodySize())
            .maxTcpConnections(Capacity.connections(limits.maxConnections()))
            .idleConnectionTimeout(limits.idleTimeout())
            // Without tcp-no-delay each gRPC call waits some 40 ms for an acknowledgement.
            .connectionOptions(SocketOptions.builder().tcpNoDelay(true).build())
            .errorHandling(ErrorHandling.builder().includeEntity(true).build())
            .directHandlers(HttpAnswers.direct())
            // Helidon's other kind of socket holds two buffers of 8 KiB, this kind one.
            .useNio(false)
            .requestedUriDiscoveryContext(new ExternalUri(edge.proxies()))
            .addConnectionSelector(acceptor.watched(http1.selector(http2.selector())))
            .addRouting(mounts.httpRouting(guards, guarded, web, settings.cors()))
            .addRouting(mounts.webSocketRouting(guards));
    settings.host().ifPresent(builder::host);
    server = builder.build();
  }

  /**
   * Starts to listen.
   *
   * @throws PortUnavailable if the port cannot be bound
   */
  void start() {
    PortUnavailable.check(
        settings
            .host()
            .map(host -> new InetSocketAddress(host, settings.port()))
            .orElseGet(() -> new InetSocketAddress(settings.port())));
    server.start();
    if (!server.isRunning()) {
      throw PortUnavailable.taken(settings.port());
    }
    accepting = new Accepting(settings.host(), server.port());
    acceptor.watch();
  }

  int port() {
    return server.port();
  }

  /**
   * Completed with the reason when the listener stops accepting connections without being asked to.
   */
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
   * Stops accepting connections, then tells the clients of open connections to leave; in this
   * order, so that they do not come back. Requests that still arrive on open connections are
   * served, and a connection ends with its last call.
   */
  void drain() throws InterruptedException {
    var port = accepting;
    if (port == null || stopping != null) {
      return;
    }
    acceptor.closing();
    http1.keepOpen();
    stopping = Background.start("server-stop", () -> stop(port));
    port.awaitClosed();
    http2.drain();
    http1.drain();
  }

  /** Helidon stops accepting first, then waits for connections during their grace period. */
  private void stop(Accepting port) {
    port.awaitAccepted();
    server.stop();
  }

  /** Waits until no connection is left; false on timeout. */
  boolean awaitEnd(Duration longest) throws InterruptedException {
    var thread = stopping;
    return thread == null || thread.join(longest);
  }

  /** Admits no more calls, and closes idle connections and sockets. */
  void closeIdle() {
    http2.refuseStreams();
    http1.closeIdle();
    webSocket.drain(closing(Reason.DRAINING));
  }

  private static CloseReason closing(Reason reason) {
    return new CloseReason(reason.webSocket(), reason.text());
  }
}
