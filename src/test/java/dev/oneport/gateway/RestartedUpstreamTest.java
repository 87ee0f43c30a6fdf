package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.grpc.BytesService;
import dev.oneport.transport.http2.Await;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * One of two addresses is killed and started again under load, ten times: only calls that were in
 * flight on it fail, each with its reason, and none is done twice.
 */
@Timeout(120)
final class RestartedUpstreamTest {
  private static final int CLIENTS = 8;
  private static final int RESTARTS = 10;
  private static final String DONE = "done";

  /** What grpc-java's server itself says of the calls that it ends when it is stopped at once. */
  private static final String RESET = "CANCELLED the server reset the stream";

  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams: { a: { url: [ "%1$s://127.0.0.1:%2$d", "%1$s://127.0.0.1:%3$d" ], %4$s } }
      forward: [ { route: %5$s, to: a } ]
      policy: { rules: [ { allow: [ anyone ], route: %5$s } ] }
      """;

  private final Map<String, AtomicInteger> arrived = new ConcurrentHashMap<>();
  private final Map<String, String> told = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Does one call and returns {@link #DONE}, or the failure. */
  @FunctionalInterface
  private interface Caller {
    String call(String id) throws Exception;
  }

  /** An upstream that can be killed. */
  private interface Restarted extends AutoCloseable {
    void kill() throws Exception;

    void start() throws Exception;

    @Override
    void close();
  }

  private void count(String id) {
    arrived.computeIfAbsent(id, _ -> new AtomicInteger()).incrementAndGet();
  }

  private Origin http(int port) {
    return Origin.at(
        port,
        (request, in, out) -> {
          count(new String(request.content(in), UTF_8));
          Origin.write(out, Origin.response(200, DONE));
          return true;
        });
  }

  @Test
  void requestsOverHttp() throws Exception {
    try (var stays = http(0);
        var killed =
            new Restarted() {
              private Origin origin = http(0);

              @Override
              public void kill() {
                origin.close();
              }

              @Override
              public void start() {
                origin = http(origin.port());
              }

              @Override
              public void close() {
                origin.close();
              }
            };
        var server =
            RunningServer.start(
                YAML.formatted(
                    "http",
                    stays.port(),
                    killed.origin.port(),
                    "keep-host: false",
                    "HTTP * /**"))) {
      load(killed, id -> post(server.port(), id));
      server.stop();
      check(server);
    }
  }

  private static String post(int port, String id) throws IOException {
    var answer =
        RawHttp.send(
            port,
            "POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(id.length(), id));
    return answer.status() == 200 ? answer.body() : answer.status() + " " + answer.body();
  }

  private Server grpc(int port) throws IOException {
    return NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .addService(BytesService.bidi(this::answer))
        .build()
        .start();
  }

  private ServerCall.Listener<byte[]> answer(ServerCall<byte[], byte[]> call, Metadata headers) {
    call.sendHeaders(new Metadata());
    call.request(2);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(byte[] message) {
        count(new String(message, UTF_8));
        call.sendMessage(DONE.getBytes(UTF_8));
      }

      @Override
      public void onHalfClose() {
        call.close(Status.OK, new Metadata());
      }
    };
  }

  @Test
  void grpcCalls() throws Exception {
    var stays = grpc(0);
    try (var killed =
            new Restarted() {
              private Server server = grpc(0);
              private final int port = server.getPort();

              @Override
              public void kill() throws Exception {
                server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
              }

              @Override
              public void start() throws Exception {
                server = grpc(port);
              }

              @Override
              public void close() {
                server.shutdownNow();
              }
            };
        var server =
            RunningServer.start(
                YAML.formatted(
                    "h2c", stays.getPort(), killed.port, "reflection: false", "GRPC **/*"))) {
      var channel = TestTls.channel(server.port()).build();
      try {
        load(killed, id -> unary(channel, id));
      } finally {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
      }
      server.stop();
      check(server);
    } finally {
      stays.shutdownNow();
    }
  }

  private static String unary(ManagedChannel channel, String id) {
    try {
      return new String(
          ClientCalls.blockingUnaryCall(
              channel.newCall(BytesService.method(MethodType.UNARY), CallOptions.DEFAULT),
              id.getBytes(UTF_8)),
          UTF_8);
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode() + " " + e.getStatus().getDescription();
    }
  }

  private void load(Restarted upstream, Caller caller) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        Future<?> _ =
            threads.submit(
                () -> {
                  while (!over.get()) {
                    var id = "id-" + ids.incrementAndGet();
                    told.put(id, caller.call(id));
                  }
                  return null;
                });
      }
      for (int i = 0; i < RESTARTS; i++) {
        awaitCalls();
        upstream.kill();
        awaitCalls();
        upstream.start();
      }
      awaitCalls();
      over.set(true);
    }
  }

  private void awaitCalls() {
    int before = told.size();
    Await.until("the next calls", () -> told.size() >= before + 5 * CLIENTS);
  }

  private void check(RunningServer server) {
    arrived.forEach((id, times) -> assertEquals(1, times.get(), id));
    long failed = told.values().stream().filter(it -> !it.equals(DONE)).count();
    told.forEach(
        (id, answer) -> {
          assertTrue(
              answer.equals(DONE)
                  || answer.equals(RESET)
                  || answer.matches("(?s)(502|UNAVAILABLE) .*"),
              answer);
          if (answer.equals(DONE)) {
            assertTrue(arrived.containsKey(id), id);
          }
        });
    assertTrue(failed <= (long) RESTARTS * CLIENTS, failed + " of " + told.size());
    var lines =
        server.audit().lines().stream().filter(it -> it.contains("UPSTREAM_UNAVAILABLE")).toList();
    assertEquals(failed - told.values().stream().filter(RESET::equals).count(), lines.size());
    lines.forEach(line -> assertTrue(line.contains("\"detail\":\"a: "), line));
  }
}
