package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import dev.oneport.echo.EchoService;
import dev.oneport.echo.proto.ChatMessage;
import dev.oneport.echo.proto.EchoGrpc;
import dev.oneport.testing.OddService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TextSocket;
import dev.oneport.transport.http2.Await;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
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
  void whatIsInFlightFinishesAndWhatComesIsSentElsewhere() throws Exception {
    var server = RunningServer.start(YAML, new EchoService(), odd, told);
    var waiting =
        CompletableFuture.supplyAsync(
            () -> get(server.port(), "/wait"), Thread::startVirtualThread);
    odd.awaitCall();
    assertEquals(200, get(server.port(), "/health/ready").status());
    var health =
        HealthGrpc.newBlockingV2Stub(channel(0, server.port()))
            .withDeadlineAfter(30, TimeUnit.SECONDS)
            .watch(HealthCheckRequest.getDefaultInstance());
    assertEquals(ServingStatus.SERVING, Objects.requireNonNull(health.read()).getStatus());

    var closed = CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
    Await.until("it is not ready", () -> get(server.port(), "/health/ready").status() == 503);
    assertEquals(200, get(server.port(), "/health/live").status());
    assertEquals(ServingStatus.NOT_SERVING, Objects.requireNonNull(health.read()).getStatus());
    health.cancel("seen", null);
    var refused = get(server.port(), "/ping");
    assertEquals(
        "503 1 close",
        refused.status()
            + " "
            + refused.header("retry-after")
            + " "
            + refused.header("connection"));
    assertTrue(refused.body().contains("\"reason\":\"DRAINING\""), refused.body());
    assertEquals("UNAVAILABLE DRAINING, may be tried again", ping(server.port()));

    odd.release();
    assertEquals("200 done", answer(waiting.get(20, TimeUnit.SECONDS)));
    closed.get(20, TimeUnit.SECONDS);
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
    channels[at] = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    return channels[at];
  }

  /** By HTTP/1.1: a client on HTTP/2 is told by its connection, and may not even ask. */
  private static String ping(int port) throws Exception {
    var answer =
        RawHttp.send(
            port,
            "POST /Echo/Ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Content-Type: application/grpc-web+proto\r\nContent-Length: 5\r\n\r\n\0\0\0\0\0");
    var details = Base64.getDecoder().decode(answer.header("grpc-status-details-bin"));
    var status = com.google.rpc.Status.parseFrom(details);
    assertTrue(status.getDetails(1).is(RetryInfo.class));
    return Status.fromCodeValue(Integer.parseInt(answer.header("grpc-status"))).getCode()
        + " "
        + status.getDetails(0).unpack(ErrorInfo.class).getReason()
        + ", may be tried again";
  }

  private static String answer(RawHttp.Answer answer) {
    return answer.status() + " " + answer.body();
  }

  private static RawHttp.Answer get(int port, String path) {
    try {
      return RawHttp.get(port, path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
