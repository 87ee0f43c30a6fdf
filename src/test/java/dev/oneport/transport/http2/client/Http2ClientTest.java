package dev.oneport.transport.http2.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.grpc.BytesService;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The client's side of HTTP/2 with real servers. */
@Timeout(60)
final class Http2ClientTest {
  /** Sends each message back. */
  private static final ServerCallHandler<byte[], byte[]> ECHO =
      (call, _) -> {
        call.sendHeaders(new Metadata());
        call.request(1);
        return new ServerCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            call.sendMessage(message);
            call.request(1);
          }

          @Override
          public void onHalfClose() {
            call.close(Status.OK, new Metadata());
          }
        };
      };

  private static Http2Client client(int port, ClientLimits limits) {
    return new Http2Client(Dialer.plain("127.0.0.1", port), limits, RequestMemory.unbounded());
  }

  @ParameterizedTest
  @CsvSource({
    "NETTY,0", "NETTY,1", "NETTY,16379", "NETTY,70000", "NETTY,5000000",
    "OWN,0", "OWN,1", "OWN,16379", "OWN,70000", "OWN,5000000"
  })
  void messagesOfAnySizeGoBothWays(Peer peer, int size) throws Exception {
    var message = new byte[size];
    new Random(size).nextBytes(message);
    try (var server = peer.start(BytesService.bidi(ECHO), 100);
        var client = client(server.port(), ClientLimits.defaults())) {
      for (int round = 0; round < 3; round++) {
        try (var answer = new Answer(client, BytesService.PATH)) {
          assertTrue(answer.send(message, true));
          assertArrayEquals(RawClient.framed(0, message), answer.await().body());
          assertEquals("0", answer.grpcStatus());
        }
      }
      assertEquals(1, client.connections());
      Await.until("all places are given back", () -> client.streams() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(Peer.class)
  void manyCallsKeepTheServersLimitAndAllEnd(Peer peer) throws Exception {
    var open = new ConcurrentHashMap<SocketAddress, AtomicInteger>();
    var most = new AtomicInteger();
    try (var server = peer.start(BytesService.bidi(counting(open, most)), 5);
        var client = client(server.port(), ClientLimits.defaults().withConnections(3, 100));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Future<String>>();
      for (int i = 0; i < 300; i++) {
        var message = ("call " + i).getBytes(UTF_8);
        calls.add(
            threads.submit(
                () -> {
                  try (var answer = new Answer(client, BytesService.PATH)) {
                    answer.send(message, true);
                    assertArrayEquals(RawClient.framed(0, message), answer.await().body());
                    return answer.grpcStatus();
                  }
                }));
      }
      for (var call : calls) {
        assertEquals("0", call.get());
      }
      assertTrue(most.get() <= 5, () -> "open at once on a connection: " + most);
      assertTrue(open.size() <= 3, () -> "connections: " + open.size());
    }
  }

  /**
   * Counts the calls that each connection has open at the server. A call stops to count before the
   * client hears of its end, so that it never counts longer than the client may believe it open.
   *
   * @param most the most that one connection had open at once
   */
  private static ServerCallHandler<byte[], byte[]> counting(
      Map<SocketAddress, AtomicInteger> open, AtomicInteger most) {
    return (call, headers) -> {
      var client =
          Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
      var count = open.computeIfAbsent(client, _ -> new AtomicInteger());
      most.accumulateAndGet(count.incrementAndGet(), Math::max);
      return ECHO.startCall(
          new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
              count.decrementAndGet();
              super.close(status, trailers);
            }
          },
          headers);
    };
  }

  @ParameterizedTest
  @EnumSource(Peer.class)
  void aServerWaitsForAReaderThatIsSlow(Peer peer) throws Exception {
    var sent = new AtomicInteger();
    ServerCallHandler<byte[], byte[]> endless =
        (call, _) -> {
          call.sendHeaders(new Metadata());
          return new ServerCall.Listener<>() {
            @Override
            public void onReady() {
              while (call.isReady() && sent.get() < 20_000) {
                call.sendMessage(new byte[1000]);
                sent.incrementAndGet();
              }
              if (sent.get() == 20_000) {
                call.close(Status.OK, new Metadata());
              }
            }
          };
        };
    try (var server = peer.start(BytesService.bidi(endless), 100);
        var client = client(server.port(), ClientLimits.defaults());
        var answer = new Answer(client, BytesService.PATH, true)) {
      Await.until("the window is full", () -> answer.stream().available() > 255 << 10);
      assertTrue(sent.get() < 1_000, () -> "sent ahead of the reader: " + sent);
      // The others on the connection do not wait for it.
      try (var other = new Answer(client, "/test.Bytes/Unknown", true)) {
        assertEquals("12", other.await().grpcStatus());
      }
      assertEquals(20_000 * 1_005, answer.await().body().length);
      assertEquals("0", answer.grpcStatus());
    }
  }

  @ParameterizedTest
  @EnumSource(Peer.class)
  void aServerThatDrainsEndsWhatItHasBegun(Peer peer) throws Exception {
    var begun = new CountDownLatch(1);
    ServerCallHandler<byte[], byte[]> handler =
        (call, headers) -> {
          begun.countDown();
          return ECHO.startCall(call, headers);
        };
    try (var server = peer.start(BytesService.bidi(handler), 100);
        var client = client(server.port(), ClientLimits.defaults());
        var open = new Answer(client, BytesService.PATH)) {
      begun.await();
      server.drain().run();
      open.send(new byte[10], true);
      assertEquals(15, open.await().body().length);
      assertEquals("0", open.grpcStatus());
      Await.until("the connection is closed", () -> client.connections() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource(Peer.class)
  void aCallIsCancelledByTheClient(Peer peer) throws Exception {
    var cancelled = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    ServerCallHandler<byte[], byte[]> handler =
        (_, _) -> {
          begun.countDown();
          return new ServerCall.Listener<>() {
            @Override
            public void onCancel() {
              cancelled.countDown();
            }
          };
        };
    try (var server = peer.start(BytesService.bidi(handler), 100);
        var client = client(server.port(), ClientLimits.defaults());
        var answer = new Answer(client, BytesService.PATH)) {
      begun.await();
      answer.stream().reset(ErrorCode.CANCEL);
      cancelled.await();
      assertEquals(0, client.streams());
      assertEquals(1, client.connections());
    }
  }

  @Test
  void aConnectionThatNobodyUsesIsClosedAndOpenedAgain() throws Exception {
    var limits =
        ClientLimits.defaults()
            .withTimes(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(100));
    try (var server = Peer.NETTY.start(BytesService.bidi(ECHO), 100);
        var client = client(server.port(), limits)) {
      for (int round = 0; round < 2; round++) {
        try (var answer = new Answer(client, BytesService.PATH)) {
          answer.send(new byte[1], true);
          assertEquals("0", answer.await().grpcStatus());
        }
        Await.until("it is closed", () -> client.connections() == 0);
      }
    }
  }

  @Test
  void aServerThatIsDownIsToldAtOnce() throws Exception {
    int port;
    try (var gone = Peer.NETTY.start(BytesService.bidi(ECHO), 100)) {
      port = gone.port();
    }
    try (var client = client(port, ClientLimits.defaults())) {
      List<ConnectFailure> failures = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        failures.add(
            assertThrows(ConnectFailure.class, () -> new Answer(client, BytesService.PATH)));
      }
      assertTrue(String.valueOf(failures.getLast().getMessage()).contains("refused"));
    }
  }
}
