package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.websocket.WsListener;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How sockets that are silent are told from those that are dead. */
@Timeout(60)
final class HeartbeatTest {
  private static SocketFixture start(Duration interval, Supplier<WsListener> listener) {
    return SocketFixture.start(limits(interval), listener);
  }

  private static WebSocketLimits limits(Duration interval) {
    var seconds = Duration.ofSeconds(10);
    return new WebSocketLimits(
        10, 1024, 1024, 1024, seconds, seconds, interval, 2, new Origins.Any(), Compression.off());
  }

  @Test
  void aSilentClientThatAnswersLives() throws Exception {
    var author = new Recorder();
    try (var server = start(Duration.ofMillis(300), () -> author);
        var client = server.open()) {
      for (var i = 0; i < 5; i++) {
        var ping = client.read();
        assertEquals(RawFrame.ping(""), ping);
        client.send(RawFrame.pong(""));
        assertEquals("pong ", Recorder.next(author.messages));
      }
      client.send(RawFrame.close(1000));
      client.drain();
      assertEquals(List.of("1000 "), author.end());
    }
  }

  @Test
  void aClientThatMissesTwoPingsIsGivenUp() throws Exception {
    var author = new Recorder();
    try (var server = start(Duration.ofMillis(300), () -> author);
        var client = server.open()) {
      assertEquals(RawFrame.ping(""), client.read());
      assertEquals(RawFrame.ping(""), client.read());
      assertTrue(client.ended());
      assertEquals(List.of("SILENT", "1006 the peer answers no pings"), author.end());
    }
  }

  @Test
  void aClientThatTalksIsNotPinged() throws Exception {
    try (var server = start(Duration.ofSeconds(3), Recorder::new);
        var client = server.echo()) {
      var end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
      while (System.nanoTime() < end) {
        client.send(RawFrame.text("a"));
        assertEquals(RawFrame.text("a"), client.read());
      }
    }
  }

  @Test
  void aClientThatIsBusyReadingLives() throws Exception {
    var author = new Recorder();
    try (var server = start(Duration.ofMillis(300), () -> author);
        var client = server.open()) {
      readForSeconds(2, client, push(author.session()));
    }
  }

  @Test
  void withoutPingsAClientThatIsSentToIsNotIdle() throws Exception {
    var author = new Recorder();
    try (var server = idleTimeout(Duration.ZERO, () -> author);
        var client = server.open()) {
      readForSeconds(1, client, push(author.session()));
    }
  }

  /** Sends without a pause until the socket ends. */
  private static Thread push(WebSocketSession session) {
    var text = "a".repeat(10_000);
    return Thread.startVirtualThread(
        () -> {
          try {
            while (true) {
              session.send(text);
            }
          } catch (WebSocketFailure _) {
            // it has ended
          }
        });
  }

  /** Reads what is pushed, and says nothing but pong. */
  private static void readForSeconds(int seconds, RawSocket client, Thread pushing)
      throws Exception {
    var end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() < end) {
      var frame = client.read();
      if (frame.equals(RawFrame.ping(""))) {
        client.send(RawFrame.pong(""));
      } else {
        assertEquals(1, frame.opcode(), frame::toString);
      }
    }
    client.reset();
    pushing.join();
  }

  @Test
  void withoutHeartbeatsThereAreNoPings() throws Exception {
    try (var server = start(Duration.ZERO, Recorder::new);
        var client = server.echo()) {
      client.http().socket().setSoTimeout(700);
      assertThrows(SocketTimeoutException.class, client::read);
    }
  }

  @Test
  void helidonsIdleTimeoutSparesSocketsWithAHeartbeat() throws Exception {
    try (var server = idleTimeout(Duration.ofSeconds(2));
        var client = server.echo()) {
      assertEquals(RawFrame.ping(""), client.read());
      client.send(RawFrame.pong(""), RawFrame.text("alive"));
      assertEquals(RawFrame.text("alive"), client.read());
    }
  }

  @Test
  void withoutOneTheyAreClosed() throws Exception {
    try (var server = idleTimeout(Duration.ZERO);
        var client = server.echo()) {
      assertEquals(1001, client.read().closeCode());
    }
  }

  private static SocketFixture idleTimeout(Duration interval) {
    return idleTimeout(interval, Recorder::new);
  }

  private static SocketFixture idleTimeout(Duration interval, Supplier<WsListener> listener) {
    return SocketFixture.start(
        limits(interval),
        _ -> new CloseReason(1011, ""),
        listener,
        builder ->
            builder
                .idleConnectionPeriod(Duration.ofMillis(100))
                .idleConnectionTimeout(Duration.ofMillis(300)));
  }
}
