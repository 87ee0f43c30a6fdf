package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages larger than a stream's window, many at once on each of several connections: no update of
 * a window, no wake-up and no share of the memory is lost, so every call ends in its time.
 */
@Timeout(120)
final class LargeMessagesTest {
  private static final int ROUNDS = Integer.getInteger("oneport.test.rounds", 1);
  private static final int CONNECTIONS = 4;
  private static final int CALLERS = 16;
  private static final int CALLS = 6;
  private static final int WINDOW = 256 << 10;
  private static final Set<Status.Code> ENDS =
      EnumSet.of(Status.Code.OK, Status.Code.RESOURCE_EXHAUSTED);

  @ParameterizedTest(name = "{0} of memory")
  @ValueSource(strings = {"1MiB", "3MiB", "1GiB"})
  void everyCallEndsInItsTime(String memory) throws Exception {
    var yaml =
        """
        server: { max-request-memory: %s, request-memory-wait: 1s }
        audit: { sample-allowed: 0 }
        policy: { rules: [ { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ] }
        """
            .formatted(memory);
    try (var server = RunningServer.start(yaml, new EchoService())) {
      for (int round = 0; round < ROUNDS; round++) {
        var channels = Stream.generate(() -> channel(server.port())).limit(CONNECTIONS).toList();
        try {
          call(channels, round);
        } finally {
          channels.forEach(ManagedChannel::shutdownNow);
        }
      }
    }
  }

  private static ManagedChannel channel(int port) {
    return TestTls.channel(port).build();
  }

  private static void call(List<ManagedChannel> channels, int round) throws Exception {
    var callers = new ArrayList<Future<?>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int n = 0; n < CALLERS; n++) {
        var random = new Random(31L * round + n);
        var channel = channels.get(n % channels.size());
        callers.add(threads.submit(() -> call(channel, random)));
      }
    }
    for (var caller : callers) {
      caller.get();
    }
  }

  private static void call(ManagedChannel channel, Random random) {
    for (int n = 0; n < CALLS; n++) {
      int size = WINDOW + random.nextInt(3 * WINDOW);
      var status = status(channel, "x".repeat(size));
      assertTrue(ENDS.contains(status.getCode()), () -> size + " bytes: " + status);
    }
  }

  private static Status status(ManagedChannel channel, String message) {
    try {
      var request = PingRequest.newBuilder().setMessage(message).build();
      var _ =
          EchoGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS).ping(request);
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }
}
