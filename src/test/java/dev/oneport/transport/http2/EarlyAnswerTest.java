package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.transport.http2.frames.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An answer that is complete before its request. */
final class EarlyAnswerTest {
  private final CountDownLatch release = new CountDownLatch(1);
  private final CompletableFuture<String> after = new CompletableFuture<>();

  @Test
  void itsHandlerIsNotInterruptedInWhatItDoesAfterIt() throws Exception {
    try (var port =
            Http2Port.builder()
                .http(
                    r ->
                        r.post(
                            "/early",
                            (_, res) -> {
                              res.send("early");
                              workOn();
                            }))
                .start();
        var client = RawClient.connect(port.port())) {
      client.post(1, "/early");
      assertEquals("early", client.response(1).text());
      assertEquals(ErrorCode.NO_ERROR, client.awaitReset(1).code());
      release.countDown();
      assertEquals("done", after.get(15, TimeUnit.SECONDS));
      Await.until("the stream is given back", () -> port.http2().openStreams() == 0);
    }
  }

  private void workOn() {
    try {
      release.await();
      after.complete("done");
    } catch (InterruptedException _) {
      after.complete("interrupted");
    }
  }
}
