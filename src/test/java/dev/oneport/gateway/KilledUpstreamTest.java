package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An upstream that is killed again and again, under load: it counts what it is asked to do. */
@Timeout(60)
final class KilledUpstreamTest {
  private static final int CLIENTS = 8;
  private static final int KILLS = 10;
  private static final Duration PACE = Duration.ofMillis(2);

  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      upstreams: { a: { url: "%s" } }
      forward: [ { route: HTTP * /**, to: a } ]
      policy: { rules: [ { allow: [ anyone ], route: HTTP * /** } ] }
      """;

  private final Map<String, AtomicInteger> arrived = new ConcurrentHashMap<>();
  private final Map<String, RawHttp.Answer> told = new ConcurrentHashMap<>();
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicBoolean over = new AtomicBoolean();

  @Test
  void nothingIsDoneTwiceAndOnlyCallsInFlightFail() throws Exception {
    try (var origin =
            Origin.of(
                (request, in, out) -> {
                  var id = new String(request.content(in), UTF_8);
                  arrived.computeIfAbsent(id, _ -> new AtomicInteger()).incrementAndGet();
                  Origin.write(out, Origin.response(200, id));
                  return true;
                });
        var server = RunningServer.start(YAML.formatted(origin.url()));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new CountDownLatch(CLIENTS);
      for (int i = 0; i < CLIENTS; i++) {
        Future<?> _ =
            threads.submit(
                () -> {
                  while (!over.get()) {
                    post(server.port());
                    running.countDown();
                    LockSupport.parkNanos(PACE.toNanos());
                  }
                  return null;
                });
      }
      try {
        running.await();
        for (int kill = 0; kill < KILLS; kill++) {
          int before = told.size();
          origin.cut();
          Await.until("the next calls", () -> told.size() >= before + 3 * CLIENTS);
        }
      } finally {
        over.set(true);
      }
    }
    arrived.forEach((id, times) -> assertEquals(1, times.get(), id));
    told.forEach(
        (id, answer) -> {
          if (answer.status() == 200) {
            assertEquals(id, answer.body());
            assertEquals(1, Objects.requireNonNull(arrived.get(id)).get(), id);
          } else {
            assertEquals(502, answer.status(), answer.head());
            assertTrue(answer.body().contains("UPSTREAM_UNAVAILABLE"), answer.body());
          }
        });
    long failed = told.values().stream().filter(answer -> answer.status() != 200).count();
    assertTrue(failed <= KILLS * CLIENTS, failed + " of " + told.size());
  }

  private void post(int port) throws IOException {
    var id = "id-" + ids.incrementAndGet();
    told.put(
        id,
        RawHttp.send(
            port,
            "POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(id.length(), id)));
  }
}
