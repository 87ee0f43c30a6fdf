package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Good calls beside bad ones on one connection: none of them fails. Six seconds by default, half a
 * minute with {@code -Doneport.test.long=true}.
 */
final class NeighbourTest {
  private static final Duration TIME =
      Duration.ofSeconds(Boolean.getBoolean("oneport.test.long") ? 30 : 6);

  private final Map<Status.Code, AtomicLong> good = new ConcurrentHashMap<>();
  private final Map<Status.Code, AtomicLong> bad = new ConcurrentHashMap<>();

  @Test
  void shortDeadlinesOfSomeCallsFailNoneOfTheOthers() throws InterruptedException {
    try (var port = GrpcPort.serving(new Slow())) {
      var channel = port.channel();
      long end = System.nanoTime() + TIME.toNanos();
      var threads = new ArrayList<Thread>();
      for (int i = 0; i < 24; i++) {
        boolean hasty = i < 4;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      while (System.nanoTime() < end) {
                        call(channel, hasty);
                      }
                    }));
      }
      for (var thread : threads) {
        thread.join();
      }
      assertEquals(1, port.http2().http2().openConnections());
    }
    assertEquals(Set.of(Status.Code.OK), good.keySet(), () -> good + " beside " + bad);
    assertTrue(bad.containsKey(Status.Code.DEADLINE_EXCEEDED), () -> "bad: " + bad);
  }

  private void call(Channel channel, boolean hasty) {
    var echo = EchoGrpc.newBlockingStub(channel);
    if (hasty) {
      echo =
          echo.withDeadlineAfter(
              ThreadLocalRandom.current().nextInt(200, 4_000), TimeUnit.MICROSECONDS);
    }
    var code = Status.Code.OK;
    try {
      var _ = echo.ping(PingRequest.getDefaultInstance());
    } catch (StatusRuntimeException e) {
      code = e.getStatus().getCode();
    }
    (hasty ? bad : good).computeIfAbsent(code, _ -> new AtomicLong()).incrementAndGet();
  }

  private static final class Slow extends TestEcho {
    @Override
    public void ping(PingRequest request, StreamObserver<PongResult> observer) {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(3_000_000));
      super.ping(request, observer);
    }
  }
}
