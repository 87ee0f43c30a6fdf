package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.sample.EchoService;
import dev.oneport.sample.proto.ChatMessage;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.testing.MountedOnly;
import dev.oneport.testing.OddService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that was told to stop, seen from all that is open and from what still comes. */
@Timeout(60)
final class DrainTest {
  private static final String YAML =
      """
      server: { grace-period: 30s, stream-grace: 30s }
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP GET /*, HTTP POST /copy, HTTP GET /health/*, GRPC grpc.health.v1.Health/*, GRPC Echo/*,
                     GRPC Odd/*, WS /ws, WS /fail, WS /refuse, WS /told ]
      """;

  private static final int GOAWAY = 7;

  private final OddService odd = new OddService();
  private final Told told = new Told();
  private final ManagedChannel[] channels = new ManagedChannel[2];

  @AfterEach
  void stop() {
    odd.release();
    for (var channel : channels) {
      if (channel != null) {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void whatIsOpenIsServedAndWhatConnectsIsSentElsewhere() throws Exception {
    var server = RunningServer.start(YAML, new EchoService(), odd, told);
    var port = server.port();
    var waiting =
        CompletableFuture.supplyAsync(() -> get(port, "/wait"), Thread::startVirtualThread);
    odd.awaitCall();
    var health =
        HealthGrpc.newBlockingV2Stub(channel(0, port))
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .watch(HealthCheckRequest.getDefaultInstance());
    assertEquals(ServingStatus.SERVING, Objects.requireNonNull(health.read()).getStatus());
    try (var idle = RawHttp.connect(port);
        var other = RawHttp.connect(port)) {
      assertEquals(200, idle.send(request("/health/ready")).read().status());
      assertEquals(200, other.send(request("/ping")).read().status());

      var closed = CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
      assertEquals(ServingStatus.NOT_SERVING, Objects.requireNonNull(health.read()).getStatus());
      health.cancel("seen", null);
      Await.until("it accepts no connections", () -> !accepts(port));
      // Connections are told after the port is closed.
      Await.until("a connection is told", () -> lastReady(idle));
      var ping = other.send(request("/ping")).read();
      assertEquals("200 close", ping.status() + " " + ping.header("connection"));
      assertTrue(other.ended());

      odd.release();
      assertEquals("200 done", answer(waiting.get(20, TimeUnit.SECONDS)));
      closed.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void callsThatArriveBeforeTheLastGoAwayAreServed() throws Exception {
    var server = RunningServer.start(YAML, new EchoService(), odd, told);
    try (var client = RawClient.connect(server.port()).silent()) {
      client.get(1, "/ping");
      assertEquals("200", client.response(1).status());
      var closed = CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
      assertEquals(Integer.MAX_VALUE, client.awaitType(GOAWAY).lastStream());
      assertEquals("200", client.get(3, "/ping").response(3).status());
      var last = client.awaitType(GOAWAY).lastStream();
      assertEquals(3, last);
      assertTrue(client.get(5, "/ping").response(5).reset().isPresent());
      closed.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void newConnectionsAreServedUntilTheDrainDelayIsOver() throws Exception {
    var server =
        RunningServer.start(
            YAML.replace("30s }", "0s, drain-delay: 2s }"), new EchoService(), odd, told);
    var port = server.port();
    var closed = CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
    Await.until("it is not ready", () -> get(port, "/health/ready").status() == 503);
    assertEquals(200, get(port, "/ping").status());
    closed.get(20, TimeUnit.SECONDS);
    assertFalse(accepts(port));
  }

  /** It would be cut off at once; no client has been promised a socket on that connection. */
  @Test
  void aSocketThatIsAskedForAfterTheStreamGraceIsRefused() throws Exception {
    var server =
        RunningServer.start(
            YAML.replace("stream-grace: 30s", "stream-grace: 0s"), new EchoService(), odd, told);
    try (var slow = RawHttp.connect(server.port());
        var socket = TextSocket.open(server.port(), "/ws", "")) {
      slow.send(
          request("/ping")
              + "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
      assertEquals(200, slow.read().status());
      var closed = CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
      assertEquals("closed 1001 the server is stopping; try again", socket.next());
      slow.send("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");
      var refused = slow.read();
      assertEquals(
          "503 1 close",
          refused.status()
              + " "
              + refused.header("retry-after")
              + " "
              + refused.header("connection"));
      assertTrue(refused.body().contains("\"reason\":\"DRAINING\""), refused.body());
      closed.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void streamsAndSocketsThatGoOnAreEnded() throws Exception {
    var server =
        RunningServer.start(
            YAML.replace("stream-grace: 30s", "stream-grace: 100ms"), new EchoService(), odd, told);
    var chat =
        EchoGrpc.newBlockingV2Stub(channel(1, server.port()))
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .chat();
    chat.write(ChatMessage.newBuilder().setNumber(1).build());
    assertEquals(1, Objects.requireNonNull(chat.read()).getNumber());
    try (var socket = TextSocket.open(server.port(), "/ws", "")) {
      var closed = CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
      assertEquals("closed 1001 the server is stopping; try again", socket.next());
      var end = assertThrows(StatusException.class, chat::read);
      assertEquals(Status.Code.UNAVAILABLE, end.getStatus().getCode());
      closed.get(20, TimeUnit.SECONDS);
    }
  }

  @MountedOnly
  @Test
  void aServiceHasTheChanceToFinishItsSocketsItself() throws Exception {
    var server = RunningServer.start(YAML, new EchoService(), odd, told);
    try (var socket = TextSocket.open(server.port(), "/told", "")) {
      assertEquals("hello", socket.ask("hello"));
      var closed = CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
      assertEquals("bye", socket.next());
      assertEquals("closed 1000 done", socket.next());
      closed.get(20, TimeUnit.SECONDS);
    }
  }

  /** Tells all that are connected, and closes. */
  private static final class Told implements Service {
    private final Set<WsSession> open = ConcurrentHashMap.newKeySet();

    @Override
    public void mount(Mount port) {
      port.webSocket(
          "/told",
          () ->
              new WsListener() {
                @Override
                public void onOpen(WsSession session) {
                  open.add(session);
                }

                @Override
                public void onMessage(WsSession session, String text, boolean last) {
                  session.send(text, true);
                }
              });
    }

    @Override
    public void drain() {
      for (var session : open) {
        session.send("bye", true);
        session.close(1000, "done");
      }
    }
  }

  private ManagedChannel channel(int at, int port) {
    channels[at] = TestTls.channel(port).build();
    return channels[at];
  }

  /** Asks whether the server is ready, which it is not; whether that was the last answer. */
  private static boolean lastReady(RawHttp client) {
    try {
      var ready = client.send(request("/health/ready")).read();
      assertEquals(503, ready.status());
      return ready.header("connection").equals("close");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String request(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }

  private static boolean accepts(int port) {
    try (var socket = TestTls.connect(port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static String answer(RawHttp.Response answer) {
    return answer.status() + " " + answer.body();
  }

  private static RawHttp.Response get(int port, String path) {
    try (var client = RawHttp.connect(port)) {
      return client
          .send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
          .read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
