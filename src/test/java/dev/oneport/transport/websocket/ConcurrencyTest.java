package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.BufferData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads send on one socket. */
@Timeout(60)
final class ConcurrencyTest {
  private static final int SENDERS = 8;
  private static final Duration TIME =
      Duration.ofSeconds(Integer.getInteger("oneport.test.seconds", 3));

  @Test
  void everyFrameIsWholeAndEveryMessageUnbroken() throws Exception {
    var author = new Recorder();
    try (var server = SocketFixture.start(SocketFixture.LIMITS, () -> author);
        var client = server.open()) {
      var session = author.session();
      var senders = new ArrayList<Thread>();
      for (var i = 0; i < SENDERS; i++) {
        var digit = (char) ('0' + i);
        senders.add(Thread.ofVirtual().start(() -> send(session, digit)));
      }
      var reader = Thread.ofVirtual().unstarted(() -> end(session, senders));
      reader.start();
      var messages = check(client);
      reader.join();
      assertTrue(messages > 100, "only " + messages);
    }
  }

  private static void send(WebSocketSession session, char digit) {
    var random = new Random(digit);
    var end = System.nanoTime() + TIME.toNanos();
    while (System.nanoTime() < end) {
      var text = String.valueOf(digit).repeat(1 + random.nextInt(3000));
      switch (random.nextInt(4)) {
        case 0 -> session.send(text, false).send(text, false).send(text, true);
        case 1 -> stream(session, text);
        case 2 -> session.ping(BufferData.create(String.valueOf(digit).repeat(100)));
        default -> session.send(text);
      }
    }
  }

  private static void stream(WebSocketSession session, String text) {
    try (var out = session.textStream()) {
      for (var i = 0; i < 5; i++) {
        out.write(text);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void end(WebSocketSession session, Iterable<Thread> senders) {
    try {
      for (var sender : senders) {
        sender.join();
      }
      session.close(1000, "");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each message must consist of one digit, over all its frames. */
  private static int check(RawSocket client) throws IOException {
    var messages = 0;
    var open = '\0';
    while (true) {
      var frame = client.read();
      switch (frame.opcode()) {
        case 0, 1 -> {
          assertEquals(frame.opcode() == 1, open == '\0', "a message inside another");
          open = checkDigit(open, frame.payload());
          if (frame.last()) {
            open = '\0';
            messages++;
          }
        }
        case 9 -> assertEquals(100, frame.payload().length());
        case 8 -> {
          return messages;
        }
        default -> throw new AssertionError("a frame of no one's: " + frame);
      }
    }
  }

  private static char checkDigit(char open, String payload) {
    var digit = open == '\0' ? payload.charAt(0) : open;
    assertEquals(String.valueOf(digit).repeat(payload.length()), payload);
    return digit;
  }
}
