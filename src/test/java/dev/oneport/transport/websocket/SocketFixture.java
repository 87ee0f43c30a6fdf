package dev.oneport.transport.websocket;

import dev.oneport.testing.TestTls;
import dev.oneport.transport.RefusedRequests;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.http1.Http1Limits;
import dev.oneport.transport.http1.Http1Server;
import dev.oneport.transport.http2.Http2Limits;
import dev.oneport.transport.http2.Http2Server;
import dev.oneport.transport.http2.http.StreamExchange;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A server with a WebSocket route {@code /echo}, one of the test's own at {@code /test}, and HTTP
 * at {@code /ping}. With {@code -Doneport.test.stock=true} it is Helidon's own.
 */
final class SocketFixture implements AutoCloseable {
  static final boolean STOCK = Boolean.getBoolean("oneport.test.stock");

  /** Defaults, except that nobody waits long for anything and messages are small. */
  static final WebSocketLimits LIMITS =
      new WebSocketLimits(
          100,
          256 * 1024,
          256 * 1024,
          1024 * 1024,
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          Duration.ZERO,
          2,
          new Origins.Same(),
          Compression.off());

  final WebSocketServer sockets;
  final Http1Server http1;
  private final WebServer server;

  /** Sends back what it gets. */
  static class Echo implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      session.send(text, last);
    }

    @Override
    public void onMessage(WsSession session, BufferData buffer, boolean last) {
      session.send(buffer, last);
    }
  }

  private SocketFixture(
      WebSocketLimits limits,
      Function<Throwable, CloseReason> failures,
      Supplier<WsListener> listener,
      Consumer<WebServerConfig.Builder> further) {
    sockets = new WebSocketServer(limits, RequestMemory.unbounded(), failures, OwnOrigin.DIRECT);
    http1 =
        new Http1Server(
            Http1Limits.defaults(), List.of(sockets.upgrader()), RefusedRequests.IGNORED);
    var builder =
        WebServer.builder()
            .port(0)
            .host("127.0.0.1")
            .connectionOptions(options -> options.tcpNoDelay(true))
            .useNio(false)
            .routing(routing -> routing.get("/ping", (_, response) -> response.send("pong")))
            .addRouting(
                WsRouting.builder().endpoint("/echo", Echo::new).endpoint("/test", listener));
    if (!STOCK) {
      builder
          .protocolsDiscoverServices(false)
          .addConnectionSelector(
              TestTls.over(
                  http1.selector(
                      new Http2Server(
                              Http2Limits.defaults(),
                              RequestMemory.unbounded(),
                              List.of(),
                              StreamExchange.protocol(RefusedRequests.IGNORED))
                          .selector())));
    }
    further.accept(builder);
    server = builder.build().start();
    if (TestTls.ON) {
      TestTls.opened(server.port());
    }
  }

  static SocketFixture start() {
    return start(LIMITS, Echo::new);
  }

  static SocketFixture start(WebSocketLimits limits, Supplier<WsListener> listener) {
    return start(limits, _ -> new CloseReason(1011, ""), listener);
  }

  static SocketFixture start(
      WebSocketLimits limits,
      Function<Throwable, CloseReason> failures,
      Supplier<WsListener> listener) {
    return new SocketFixture(limits, failures, listener, _ -> {});
  }

  static SocketFixture start(
      WebSocketLimits limits,
      Function<Throwable, CloseReason> failures,
      Supplier<WsListener> listener,
      Consumer<WebServerConfig.Builder> further) {
    return new SocketFixture(limits, failures, listener, further);
  }

  static SocketFixture start(
      Supplier<WsListener> listener, Consumer<WebServerConfig.Builder> further) {
    return new SocketFixture(LIMITS, _ -> new CloseReason(1011, ""), listener, further);
  }

  int port() {
    return server.port();
  }

  RawSocket echo() throws IOException {
    return RawSocket.open(port(), "/echo");
  }

  RawSocket open() throws IOException {
    return RawSocket.open(port(), "/test");
  }

  @Override
  public void close() {
    TestTls.closed(server.port());
    server.stop();
  }
}
