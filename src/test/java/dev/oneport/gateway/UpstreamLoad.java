package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.CountingOrigin;
import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.grpc.BytesService;
import dev.oneport.transport.http2.Await;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that call through the server while an upstream is killed and started again, ten times.
 */
final class UpstreamLoad {
  private static final int CLIENTS = 8;
  private static final int RESTARTS = 10;

  /** Without it, clients whose calls fail at once leave no processor to others in this process. */
  private static final Duration PACE = Duration.ofMillis(2);

  /** What grpc-java's server itself says of the calls that it ends when it is stopped at once. */
  private static final String RESET = "CANCELLED the server reset the stream";

  private final Map<String, AtomicInteger> arrived = new ConcurrentHashMap<>();
  private final Map<String, String> told = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  /** Does one call and returns {@link CountingOrigin#DONE}, or the failure. */
  @FunctionalInterface
  interface Caller {
    String call(String id) throws Exception;
  }

  /** An upstream that can be killed. */
  interface Restarted extends AutoCloseable {
    void kill() throws Exception;

    void start() throws Exception;

    @Override
    void close();
  }

  /** Called by upstreams. */
  void count(String id) {
    arrived.computeIfAbsent(id, _ -> new AtomicInteger()).incrementAndGet();
  }

  /** Makes each kind of call in turn. */
  void run(Restarted upstream, List<Caller> callers) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        Future<?> _ = threads.submit(() -> call(callers));
      }
      try {
        for (int i = 0; i < RESTARTS; i++) {
          awaitCalls(callers);
          upstream.kill();
          awaitCalls(callers);
          upstream.start();
        }
        awaitCalls(callers);
      } finally {
        over.set(true);
      }
    }
  }

  private void call(List<Caller> callers) {
    while (!over.get()) {
      int number = ids.incrementAndGet();
      var id = "id-" + number;
      try {
        told.put(id, callers.get(number % callers.size()).call(id));
      } catch (Exception e) {
        told.put(id, e.toString());
      }
      LockSupport.parkNanos(PACE.toNanos());
    }
  }

  private void awaitCalls(List<Caller> callers) {
    int before = told.size();
    Await.until("the next calls", () -> told.size() >= before + 5 * CLIENTS * callers.size());
  }

  /** Only calls in flight failed, each with its reason, and nothing was done twice. */
  void check(RunningServer server) {
    arrived.forEach((id, times) -> assertEquals(1, times.get(), id));
    told.forEach(
        (id, answer) -> {
          assertTrue(
              answer.equals(CountingOrigin.DONE)
                  || answer.equals(RESET)
                  || answer.matches("(?s)(502|UNAVAILABLE|closed 1013) .*"),
              answer);
          if (answer.equals(CountingOrigin.DONE)) {
            assertTrue(arrived.containsKey(id), id);
          }
        });
    long failed = told.values().stream().filter(it -> !it.equals(CountingOrigin.DONE)).count();
    assertTrue(failed <= (long) RESTARTS * CLIENTS, failed + " of " + told.size());
    var lines =
        server.audit().lines().stream().filter(it -> it.contains("UPSTREAM_UNAVAILABLE")).toList();
    assertEquals(failed - told.values().stream().filter(RESET::equals).count(), lines.size());
    lines.forEach(line -> assertTrue(line.matches(".*\"detail\":\"[ag]: .*"), line));
  }

  static String post(int port, String id) throws IOException {
    var answer =
        RawHttp.send(
            port,
            "POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(id.length(), id));
    return answer.status() == 200 ? answer.body() : answer.status() + " " + answer.body();
  }

  static String unary(Channel channel, String id) {
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

  /** Opens a socket, sends one message, and closes after the answer. */
  static String message(int port, String id) throws IOException {
    try (var socket = TestTls.connect(port)) {
      socket.setSoTimeout(20_000);
      var out = socket.getOutputStream();
      Origin.write(
          out,
          """
          GET /live HTTP/1.1
          Host: a
          Connection: Upgrade
          Upgrade: websocket
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

          """
              .replace("\n", "\r\n"));
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      var answer = RawHttp.read(in);
      if (answer.status() != 101) {
        return answer.status() + " " + answer.body();
      }
      Origin.write(out, "\u0081" + (char) (0x80 + id.length()) + "\0\0\0\0" + id);
      var said = next(in);
      // A normal close; or an answer to the server's.
      Origin.write(out, "\u0088\u0082\0\0\0\0\u0003\u00e8");
      if (!said.equals(CountingOrigin.DONE)) {
        return said;
      }
      var end = next(in);
      return end.startsWith("closed 1000 ") ? said : end;
    }
  }

  private static String next(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    var payload = new byte[in.readUnsignedByte()];
    in.readFully(payload);
    return first == 0x81
        ? new String(payload, UTF_8)
        : "closed %d %s"
            .formatted(
                (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF),
                new String(payload, 2, payload.length - 2, UTF_8));
  }
}
