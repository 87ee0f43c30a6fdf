package dev.oneport.transport.websocket;

import dev.oneport.transport.RefusedRequests;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.http1.Http1Limits;
import dev.oneport.transport.http1.Http1Server;
import dev.oneport.transport.http2.Http2Limits;
import dev.oneport.transport.http2.Http2Server;
import dev.oneport.transport.http2.http.StreamExchange;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsSession;
import java.time.Duration;
import java.util.List;

/**
 * A server that echoes on every path, for clients from outside: {@code EchoServer PORT [stock]
 * [nio] [deflate]}. Helidon's own WebSocket when stock, with Helidon's sockets over channels when
 * nio.
 */
final class EchoServer {
  private static final int MOST = 64 * 1024 * 1024;

  private EchoServer() {}

  /** Echoes, and answers pings where the server does not. */
  private static final class PongingEcho extends SocketFixture.Echo {
    @Override
    public void onPing(WsSession session, BufferData buffer) {
      session.pong(buffer);
    }
  }

  public static void main(String[] args) {
    var options = List.of(args).subList(1, args.length);
    var stock = options.contains("stock");
    var builder =
        WebServer.builder()
            .port(Integer.parseInt(args[0]))
            .host("127.0.0.1")
            .useNio(options.contains("nio"))
            .backlog(10_000)
            .connectionOptions(socket -> socket.tcpNoDelay(true))
            .routing(routing -> routing.get("/ping", (_, response) -> response.send("pong")));
    if (stock) {
      builder
          .addProtocol(WsConfig.builder().maxFrameLength(MOST).build())
          .addRouting(WsRouting.builder().endpoint("/", PongingEcho::new));
    } else {
      builder
          .addRouting(WsRouting.builder().endpoint("/", SocketFixture.Echo::new))
          .protocolsDiscoverServices(false)
          .addConnectionSelector(
              ours(options.contains("deflate"))
                  .selector(
                      new Http2Server(
                              Http2Limits.defaults(),
                              RequestMemory.unbounded(),
                              List.of(),
                              StreamExchange.protocol(RefusedRequests.IGNORED))
                          .selector()));
    }
    builder.build().start();
  }

  private static Http1Server ours(boolean deflate) {
    var limits =
        new WebSocketLimits(
            100_000,
            MOST,
            MOST,
            MOST,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            Duration.ofMinutes(10),
            2,
            new Origins.Any(),
            deflate ? new Compression(true, 0) : Compression.off());
    var sockets =
        new WebSocketServer(
            limits, RequestMemory.unbounded(), _ -> new CloseReason(1011, ""), OwnOrigin.DIRECT);
    return new Http1Server(
        Http1Limits.defaults(), List.of(sockets.upgrader()), RefusedRequests.IGNORED);
  }
}
