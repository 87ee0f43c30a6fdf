package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http1.RawHttp;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DrainTest {
  @Test
  void everySocketIsClosedAndNoneIsOpenedAnyMore() throws Exception {
    var author = new Recorder();
    try (var server = SocketFixture.start(SocketFixture.LIMITS, () -> author);
        var first = server.open();
        var second = server.echo()) {
      author.session();
      assertEquals(2, server.sockets.open());
      server.sockets.drain(new CloseReason(1001, "going away"));
      for (var client : List.of(first, second)) {
        var close = client.read();
        assertEquals(1001, close.closeCode());
        client.answerClose(close);
        assertTrue(client.ended());
      }
      assertTrue(server.sockets.awaitIdle(Duration.ofSeconds(20)));
      assertEquals(List.of("1001 going away"), author.end());
      try (var late = RawHttp.connect(server.port())) {
        assertEquals(503, late.send(RawSocket.request("/echo", "")).read().status());
      }
    }
  }

  /** What was not answered was not taken, so that a client can safely send it elsewhere. */
  @Test
  void aMessageThatIsBeingHandledIsAnsweredFirstAndThoseBehindItAreNotTaken() throws Exception {
    var handling = new CountDownLatch(1);
    var drained = new CountDownLatch(1);
    var taken = new ConcurrentLinkedQueue<String>();
    WsListener slow =
        new WsListener() {
          @Override
          public void onMessage(WsSession session, String text, boolean last) {
            taken.add(text);
            handling.countDown();
            try {
              drained.await();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            session.send(text, true);
          }
        };
    try (var server = SocketFixture.start(SocketFixture.LIMITS, () -> slow);
        var client = server.open()) {
      client.send(RawFrame.text("one"), RawFrame.text("two"));
      handling.await();
      server.sockets.drain(new CloseReason(1001, "going away"));
      drained.countDown();
      assertEquals("one", client.read().text());
      assertEquals(1001, client.read().closeCode());
      assertEquals(List.of("one"), List.copyOf(taken));
    }
  }
}
