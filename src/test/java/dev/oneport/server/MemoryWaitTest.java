package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.RawClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Bodies whose length nobody has announced take their memory bit by bit. When each has a bit and
 * none is left, every one of them is answered once it has waited for as long as a call may wait.
 */
@Timeout(120)
final class MemoryWaitTest {
  private static final int UPLOADS = 60;
  private static final int FIRST = 16 << 10;
  private static final int BODY = 12 * FIRST;
  private static final Duration LONGEST = Duration.ofSeconds(6);
  private static final String YAML =
      """
      server: { max-request-memory: 1MiB, request-memory-wait: 500ms }
      audit: { sample-allowed: 0 }
      policy: { rules: [ { allow: [ anyone ], route: HTTP POST /body } ] }
      """;

  enum Upload {
    HTTP_1_1 {
      @Override
      String status(int port, CyclicBarrier begun) throws Exception {
        try (var socket = TestTls.connect(port)) {
          var head = "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
          var size = Integer.toHexString(BODY) + "\r\n";
          var out = socket.getOutputStream();
          out.write((head + size).getBytes(StandardCharsets.US_ASCII));
          out.write(new byte[FIRST]);
          begun.await();
          out.write(new byte[BODY - FIRST]);
          out.write("\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          var answer = socket.getInputStream().readNBytes(12);
          return new String(answer, StandardCharsets.US_ASCII).substring(9);
        }
      }
    },
    HTTP_2 {
      @Override
      String status(int port, CyclicBarrier begun) throws Exception {
        try (var client = RawClient.connect(port)) {
          client.post(1, "/body").data(1, false, new byte[FIRST]);
          begun.await();
          for (int sent = FIRST; sent < BODY; sent += FIRST) {
            client.data(1, sent + FIRST == BODY, new byte[FIRST]);
          }
          return client.response(1).status();
        }
      }
    };

    /** Uploads a body whose first part is sent before all others have sent theirs. */
    abstract String status(int port, CyclicBarrier begun) throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void everyCallIsAnsweredWhenItHasWaitedOnce(Upload upload) throws Exception {
    try (var server = RunningServer.start(YAML, new BodyService());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      assertEquals("200", upload.status(server.port(), new CyclicBarrier(1)));
      var begun = new CyclicBarrier(UPLOADS);
      long begin = System.nanoTime();
      var calls = new ArrayList<Future<String>>();
      for (int n = 0; n < UPLOADS; n++) {
        calls.add(threads.submit(() -> upload.status(server.port(), begun)));
      }
      int served = 0;
      for (var call : calls) {
        var status = call.get();
        assertTrue(Set.of("200", "429").contains(status), status);
        served += status.equals("200") ? 1 : 0;
      }
      assertTrue(served > 0, "none was served");
      var took = Duration.ofNanos(System.nanoTime() - begin);
      assertTrue(took.compareTo(LONGEST) < 0, took::toString);
    }
  }
}
