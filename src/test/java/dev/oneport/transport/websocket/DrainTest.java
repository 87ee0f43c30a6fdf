package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http1.RawHttp;
import java.time.Duration;
import java.util.List;
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
}
