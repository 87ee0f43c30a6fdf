package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.RetryInfo;
import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.grpc.BytesService;
import dev.oneport.transport.http2.Await;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An address that cannot be reached is left alone for a while, and clients learn for how long. */
@Timeout(60)
final class CircuitBreakerTest {
  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams:
        a: { url: %s, circuit-breaker: { failures: 3, delay: %s } }
        g: { url: "h2c://127.0.0.1:%d", reflection: false, circuit-breaker: { failures: 3, delay: 30s } }
      forward:
        - { route: HTTP * /a/**, to: a }
        - { route: WS /live, to: a }
        - { route: GRPC **/*, to: g }
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP * /a/**, WS /live, GRPC **/*, HTTP GET /metrics ]
      """;

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String url(int port) {
    return "\"http://127.0.0.1:" + port + "\"";
  }

  @Test
  void itOpensAfterFailuresAndClosesWhenTheAddressIsBack() throws Exception {
    int port = freePort();
    try (var server = RunningServer.start(YAML.formatted(url(port), "1s", port))) {
      for (int i = 0; i < 3; i++) {
        var refused = RawHttp.get(server.port(), "/a/x");
        assertEquals(502, refused.status());
        assertEquals("", refused.header("retry-after"));
      }
      var rested = RawHttp.get(server.port(), "/a/x");
      assertEquals(502, rested.status());
      assertEquals("1", rested.header("retry-after"));
      assertTrue(rested.body().contains("UPSTREAM_UNAVAILABLE"), rested.body());
      var metric = "oneport_upstream_up{address=\"127.0.0.1:" + port + "\",upstream=\"a\"} ";
      var metrics = RawHttp.get(server.port(), "/metrics").body();
      assertTrue(metrics.contains(metric + "0"), metrics);
      try (var origin = Origin.echoAt(port)) {
        Await.until("it is tried again", () -> status(server) == 200);
        assertEquals(1, origin.connections());
        assertTrue(RawHttp.get(server.port(), "/metrics").body().contains(metric + "1"));
      }
      server.stop();
      var lines = server.audit().toString(StandardCharsets.UTF_8);
      assertTrue(
          lines.contains("a at 127.0.0.1:" + port + " was not tried, because connecting failed"));
    }
  }

  private static int status(RunningServer server) {
    try {
      return RawHttp.get(server.port(), "/a/x").status();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anotherAddressIsUsedMeanwhile() throws Exception {
    int port = freePort();
    try (var origin = Origin.echo();
        var server =
            RunningServer.start(
                YAML.formatted("[ " + url(port) + ", " + url(origin.port()) + " ]", "30s", port))) {
      for (int i = 0; i < 20; i++) {
        assertEquals(200, status(server));
      }
    }
  }

  @Test
  void socketsAndGrpcCallsAreToldToo() throws Exception {
    int port = freePort();
    try (var server = RunningServer.start(YAML.formatted(url(port), "30s", port))) {
      var upgrade =
          """
          GET /live HTTP/1.1
          Host: a
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

          """
              .replace("\n", "\r\n");
      for (int i = 0; i < 3; i++) {
        assertEquals(502, RawHttp.send(server.port(), upgrade).status());
      }
      assertEquals("30", RawHttp.send(server.port(), upgrade).header("retry-after"));
      // The same address by another protocol: the upstream, not the protocol, cannot be reached.
      assertEquals("30", RawHttp.get(server.port(), "/a/x").header("retry-after"));
      var channel = TestTls.channel(server.port()).build();
      try {
        for (int i = 0; i < 3; i++) {
          assertEquals(-1, delay(channel));
        }
        assertEquals(30, delay(channel));
      } finally {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
    }
  }

  /** The retry delay of a failed call in seconds; -1 if there is none. */
  private static long delay(io.grpc.Channel channel) throws Exception {
    try {
      var _ =
          ClientCalls.blockingUnaryCall(
              channel.newCall(BytesService.method(MethodType.UNARY), CallOptions.DEFAULT),
              new byte[0]);
      throw new AssertionError("answered");
    } catch (StatusRuntimeException e) {
      var details = Objects.requireNonNull(StatusProto.fromThrowable(e)).getDetailsList();
      for (var detail : details) {
        if (detail.is(RetryInfo.class)) {
          return detail.unpack(RetryInfo.class).getRetryDelay().getSeconds();
        }
      }
      return -1;
    }
  }

  /** A listener whose backlog is full drops what else arrives, as a host that is gone does. */
  @Test
  void itOpensAfterConnectionsThatTookTooLong() throws Exception {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var waiting = new FullBacklog(listener)) {
      int port = listener.getLocalPort();
      var yaml =
          YAML.formatted(url(port), "30s", port)
              .replace("circuit-breaker", "connect-timeout: 200ms, circuit-breaker");
      try (var server = RunningServer.start(yaml)) {
        for (int i = 0; i < 3; i++) {
          var late = RawHttp.get(server.port(), "/a/x");
          assertEquals("502 ", late.status() + " " + late.header("retry-after"));
        }
        assertEquals("30", RawHttp.get(server.port(), "/a/x").header("retry-after"));
        var channel = TestTls.channel(server.port()).build();
        try {
          for (int i = 0; i < 3; i++) {
            assertEquals(-1, delay(channel));
          }
          assertEquals(30, delay(channel));
        } finally {
          channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
        server.stop();
        var lines = server.audit().toString(StandardCharsets.UTF_8);
        assertTrue(lines.contains("no connection within"), lines);
        assertTrue(lines.contains("connecting took too long"), lines);
      }
      assertTrue(waiting.isFull());
    }
  }

  /** Connections that nobody accepts, as many as the listener's backlog takes. */
  private static final class FullBacklog implements AutoCloseable {
    private static final int PATIENCE = 500;

    private final ServerSocket listener;
    private final List<Socket> sockets = new ArrayList<>();

    FullBacklog(ServerSocket listener) throws IOException {
      this.listener = listener;
      while (!isFull()) {}
    }

    /** Whether another connection is not established. */
    boolean isFull() throws IOException {
      var socket = new Socket();
      sockets.add(socket);
      try {
        socket.connect(listener.getLocalSocketAddress(), PATIENCE);
        return false;
      } catch (SocketTimeoutException _) {
        return true;
      }
    }

    @Override
    public void close() throws IOException {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void withoutABreakerEachCallTries() throws Exception {
    int port = freePort();
    var yaml = YAML.formatted(url(port), "30s", port).replace("failures: 3", "failures: 0");
    try (var server = RunningServer.start(yaml)) {
      for (int i = 0; i < 10; i++) {
        assertEquals("", RawHttp.get(server.port(), "/a/x").header("retry-after"));
      }
      try (var _ = Origin.echoAt(port)) {
        assertEquals(200, status(server));
      }
    }
  }
}
