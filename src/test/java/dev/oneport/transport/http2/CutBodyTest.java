package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.transport.http2.frames.ErrorCode;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A handler that reads slowly never takes a part of a body for all of it. */
final class CutBodyTest {
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CompletableFuture<String> read = new CompletableFuture<>();

  private Http2Port port() {
    return Http2Port.builder().http(r -> r.post("/slow", this::slow)).start();
  }

  private void slow(ServerRequest request, ServerResponse response) throws IOException {
    try (var body = request.content().inputStream()) {
      var _ = body.read();
      begun.countDown();
      awaitInterrupt();
      read.complete("all " + (1 + count(body)));
    } catch (RuntimeException e) {
      read.complete("cut");
      throw e;
    }
  }

  private static void awaitInterrupt() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      // The client has gone: what it has not taken back can still be read.
    }
  }

  private static int count(InputStream body) throws IOException {
    return body.readAllBytes().length;
  }

  private String read() throws Exception {
    return read.get(15, TimeUnit.SECONDS);
  }

  @Test
  void aResetAfterTheWholeBodyCutsWhatWasNotRead() throws Exception {
    try (var port = port();
        var client = RawClient.connect(port.port())) {
      client.post(1, "/slow").data(1, false, new byte[16_000]).data(1, true, new byte[16_000]);
      Await.latch("the first byte is read", begun);
      client.reset(1, ErrorCode.CANCEL);
      assertEquals("cut", read());
    }
  }

  @Test
  void aLostConnectionAfterTheWholeBodyCutsWhatWasNotRead() throws Exception {
    try (var port = port()) {
      try (var client = RawClient.connect(port.port())) {
        client.post(1, "/slow").data(1, false, new byte[16_000]).data(1, true, new byte[16_000]);
        Await.latch("the first byte is read", begun);
      }
      assertEquals("cut", read());
    }
  }
}
