package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.HeadMemory;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Heads are bounded together, however many streams and connections they are on. */
@Timeout(60)
final class HeadMemoryTest {
  private static final int MANY = 40;
  private static final String LARGE = "x".repeat(8_000);

  private final HeadMemory memory = new HeadMemory(256 << 10);
  private final CountDownLatch end = new CountDownLatch(1);
  private final Http2Port port =
      Http2Port.builder()
          .heads(memory)
          .http(
              routing ->
                  routing
                      .get("/wait", (_, response) -> answerLater(response))
                      .get("/now", (_, response) -> response.send("now")))
          .start();

  private void answerLater(ServerResponse response) throws Exception {
    end.await();
    response.send("late");
  }

  /** Clients may repeat a stream that was refused; small ones on other connections are served. */
  @Test
  void streamsBeyondTheMemoryAreRefused() throws Exception {
    try (port) {
      try (var client = RawClient.connect(port.port())) {
        for (int i = 0; i < MANY; i++) {
          client.get(2 * i + 1, "/wait", "x-large", LARGE);
        }
        var refused = client.awaitType(Frame.RST_STREAM);
        assertEquals(ErrorCode.REFUSED_STREAM, refused.code());
        assertTrue(memory.held() <= 256 << 10, () -> "held " + memory.held());
        end.countDown();
        // But for the buffer of the connection, which it releases with its next frame.
        Await.until("streams end", () -> memory.held() < 64 << 10);
        assertTrue(client.isAlive());
        client.get(2 * MANY + 1, "/now", "x-large", LARGE);
        assertEquals("now", client.response(2 * MANY + 1).text());
      }
      Await.until("the connection ends", () -> memory.held() == 0);
    }
  }

  /** Also if it never ends them: another client repeats what was refused, and is served. */
  @Test
  void theConnectionThatHoldsTheMostGivesWay() throws Exception {
    try (port;
        var greedy = RawClient.connect(port.port());
        var good = RawClient.connect(port.port())) {
      for (int i = 0; i < MANY; i++) {
        greedy.get(2 * i + 1, "/wait", "x-large", LARGE);
      }
      assertEquals(ErrorCode.REFUSED_STREAM, greedy.awaitType(Frame.RST_STREAM).code());
      good.get(1, "/now", "x-large", LARGE);
      assertEquals(ErrorCode.REFUSED_STREAM, good.awaitType(Frame.RST_STREAM).code());
      end.countDown();
      Await.until("the memory is free", () -> memory.held() < 64 << 10);
      good.get(3, "/now", "x-large", LARGE);
      assertEquals("now", good.response(3).text());
      Await.until("the other has gone", () -> !greedy.isAlive());
    }
  }

  @Test
  void incompleteBlocksEndTheirConnections() throws Exception {
    incomplete(
        client ->
            client.frame(Frame.HEADERS, 0, 1, new byte[] {0, 1, 'a', 0x7f, (byte) 0x81, 120}));
  }

  @Test
  void incompleteFramesEndTheirConnections() throws Exception {
    incomplete(client -> {});
  }

  /** Each connection sends that, and then most of a frame. */
  private void incomplete(Consumer<RawClient> before) throws Exception {
    try (port) {
      var clients = new ArrayList<RawClient>();
      for (int i = 0; i < MANY; i++) {
        var client = RawClient.connect(port.port());
        clients.add(client);
        before.accept(client);
        client.bytes(new byte[] {0, 0x40, 0, Frame.DATA, 0, 0, 0, 0, 1}).bytes(new byte[12_000]);
      }
      Await.until("the memory is used", () -> memory.held() > 100 << 10);
      assertTrue(memory.held() <= 256 << 10, () -> "held " + memory.held());
      try (var good = RawClient.connect(port.port())) {
        good.get(1, "/now");
        assertEquals("now", good.response(1).text());
      }
      clients.forEach(RawClient::close);
      Await.until("all are gone", () -> memory.held() == 0);
    }
  }
}
