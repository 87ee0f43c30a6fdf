package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.websocket.WsCloseException;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every end of a socket: what the client sees, and what the author hears exactly once. */
@Timeout(60)
final class EndTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final Failing author = new Failing();
  private @Nullable SocketFixture server;
  private @Nullable RawSocket client;

  /** Throws what a test wants it to. */
  private static final class Failing extends Recorder {
    @Nullable RuntimeException onOpen;
    @Nullable RuntimeException onMessage;
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);

    @Override
    public void onOpen(WsSession session) {
      super.onOpen(session);
      if (onOpen != null) {
        throw onOpen;
      }
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      super.onMessage(session, text, last);
      if (text.equals("wait")) {
        entered.countDown();
        try {
          released.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      if (onMessage != null) {
        throw onMessage;
      }
    }
  }

  private RawSocket open() throws IOException {
    return open(LONG, LONG, _ -> new CloseReason(1011, ""));
  }

  private RawSocket open(Duration send, Duration close, Function<Throwable, CloseReason> failures)
      throws IOException {
    var limits =
        new WebSocketLimits(
            10,
            1 << 20,
            1 << 20,
            1 << 20,
            send,
            close,
            Duration.ZERO,
            2,
            new Origins.Any(),
            Compression.off());
    server = SocketFixture.start(limits, failures, () -> author);
    client = RawSocket.open(server.port(), "/test", "", 4096);
    return client;
  }

  @AfterEach
  void stop() throws IOException {
    author.released.countDown();
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Test
  void theClientCloses() throws Exception {
    var socket = open().send(RawFrame.close(4001, "bye"));
    assertEquals(4001, socket.read().closeCode());
    assertTrue(socket.ended());
    assertEquals(List.of("4001 bye"), author.end());
  }

  @Test
  void theClientClosesWithoutACode() throws Exception {
    var socket = open().send(RawFrame.closeWithoutCode());
    assertEquals(RawFrame.closeWithoutCode(), socket.read());
    assertTrue(socket.ended());
    assertEquals(List.of("1005 "), author.end());
  }

  @Test
  void theAuthorClosesFromAnotherThread() throws Exception {
    var socket = open();
    author.session().close(3000, "expired");
    var close = socket.read();
    assertEquals(3000, close.closeCode());
    socket.send(RawFrame.text("too late"), close);
    assertTrue(socket.ended());
    assertEquals(List.of("3000 expired"), author.end());
    assertTrue(author.messages.isEmpty(), "nothing is delivered after a close");
  }

  @Test
  void bothCloseAtOnce() throws Exception {
    var socket = open();
    author.session().close(3000, "").close(3001, "");
    socket.send(RawFrame.close(1001));
    assertEquals(3000, socket.read().closeCode());
    assertTrue(socket.ended());
    assertEquals(List.of("3000 "), author.end());
  }

  @Test
  void theClientDoesNotAnswerTheClose() throws Exception {
    var socket = open(LONG, SHORT, _ -> new CloseReason(1011, ""));
    author.session().close(3003, "forbidden");
    assertEquals(3003, socket.read().closeCode());
    assertTrue(socket.ended());
    assertEquals(List.of("3003 forbidden"), author.end());
  }

  @Test
  void theAuthorIsBusyWhenTheSocketIsClosed() throws Exception {
    var socket = open(LONG, SHORT, _ -> new CloseReason(1011, ""));
    socket.send(RawFrame.text("wait"));
    author.entered.await();
    author.session().close(3003, "");
    assertEquals(3003, socket.read().closeCode());
    assertTrue(socket.ended());
    author.released.countDown();
    assertEquals(List.of("3003 "), author.end());
  }

  @Test
  void theAuthorTerminates() throws Exception {
    var socket = open();
    author.session().terminate();
    assertTrue(socket.ended());
    assertEquals(List.of("TERMINATED", "1006 ended by the server"), author.end());
  }

  @Test
  void theClientVanishesWithAFin() throws Exception {
    open().http().close();
    assertEquals(List.of("LOST", "1006 the peer ended the connection"), author.end());
  }

  @Test
  void theClientVanishesWithAReset() throws Exception {
    open().reset();
    assertEquals(List.of("LOST", "1006 the connection broke"), author.end());
  }

  @Test
  void theClientVanishesInsideAFrame() throws Exception {
    var socket = open();
    socket.send(new byte[] {(byte) 0x81, (byte) 0x85, 1, 2, 3, 4, 5}).http().close();
    assertEquals(List.of("LOST", "1006 the peer ended the connection"), author.end());
  }

  @Test
  void theClientBreaksTheProtocol() throws Exception {
    var socket = open().send(RawFrame.text("a").unmasked());
    assertEquals(1002, socket.read().closeCode());
    assertTrue(socket.ended());
    assertEquals(List.of("PROTOCOL", "1002 a frame is not masked"), author.end());
  }

  @Test
  void aFrameThatIsWrongMayStillArriveWholeBeforeTheConnectionEnds() throws Exception {
    var socket = open();
    author.session().close(3000, "");
    var close = socket.read();
    var wrong = RawFrame.text("not masked").unmasked();
    socket.send(Arrays.copyOf(wrong, 2));
    socket.http().socket().setSoTimeout(300);
    assertThrows(SocketTimeoutException.class, socket::read);
    socket.send(Arrays.copyOfRange(wrong, 2, wrong.length)).answerClose(close);
    assertTrue(socket.ended());
  }

  @Test
  void aMessageIsTooLargeBeforeItHasArrived() throws Exception {
    var socket = open();
    socket.send(new byte[] {(byte) 0x82, (byte) 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4});
    assertEquals(1009, socket.read().closeCode());
    assertTrue(socket.ended());
    assertEquals(List.of("TOO_LARGE", "1009 a frame is too large"), author.end());
  }

  @Test
  void aTextIsWrongBeforeItHasArrived() throws Exception {
    var socket = open();
    socket.send(new byte[] {(byte) 0x81, (byte) 0xfe, 1, 0, 0, 0, 0, 0, 'a', (byte) 0xff});
    assertEquals(1007, socket.read().closeCode());
    assertTrue(socket.ended());
    assertEquals(List.of("DATA", "1007 a text is not UTF-8"), author.end());
  }

  @Test
  void theAuthorFailsInOnMessage() throws Exception {
    author.onMessage = new IllegalArgumentException("a secret of the author");
    var socket = open().send(RawFrame.text("a"));
    var close = socket.read();
    assertEquals(RawFrame.close(1011), close);
    socket.answerClose(close);
    assertTrue(socket.ended());
    assertEquals(List.of("IllegalArgumentException", "1011 "), author.end());
  }

  @Test
  void theAuthorFailsWithoutAMessage() throws Exception {
    author.onMessage = new IllegalArgumentException();
    var socket = open().send(RawFrame.text("a"));
    assertEquals(RawFrame.close(1011), socket.read());
    assertEquals(List.of("IllegalArgumentException", "1011 "), author.end());
  }

  @Test
  void theAuthorFailsInOnOpen() throws Exception {
    author.onOpen = new IllegalArgumentException("a secret of the author");
    assertEquals(RawFrame.close(1011), open().read());
    assertEquals(List.of("IllegalArgumentException", "1011 "), author.end());
  }

  @Test
  void whoeverKnowsTheFailureChoosesTheReason() throws Exception {
    author.onMessage = new UnsupportedOperationException();
    var socket =
        open(LONG, LONG, failure -> new CloseReason(4011, failure.getClass().getSimpleName()));
    socket.send(RawFrame.text("a"));
    assertEquals(RawFrame.close(4011, "UnsupportedOperationException"), socket.read());
    var end = author.end();
    assertEquals(
        List.of("UnsupportedOperationException", "4011 UnsupportedOperationException"), end);
  }

  @Test
  void whoeverChoosesTheReasonMayFailToo() throws Exception {
    author.onMessage = new UnsupportedOperationException();
    var socket =
        open(
            LONG,
            LONG,
            _ -> {
              throw new IllegalStateException("a secret of the policy");
            });
    socket.send(RawFrame.text("a"));
    assertEquals(RawFrame.close(1011), socket.read());
  }

  @Test
  void theAuthorAsksForACloseByException() throws Exception {
    author.onMessage = new WsCloseException("no more", 4002);
    var socket = open().send(RawFrame.text("a"));
    assertEquals(RawFrame.close(4002, "no more"), socket.read());
    assertEquals(List.of("WsCloseException", "4002 no more"), author.end());
  }

  @Test
  void theClientDoesNotRead() throws Exception {
    open(SHORT, LONG, _ -> new CloseReason(1011, ""));
    var session = author.session();
    var big = "a".repeat(1 << 20);
    var failure =
        assertThrows(
            WebSocketFailure.class,
            () -> {
              while (true) {
                session.send(big);
              }
            });
    assertEquals(WebSocketFailure.Kind.CLOSED, failure.kind());
    assertEquals(List.of("SLOW", "1006 the peer reads too slowly"), author.end());
  }

  @Test
  void theClientDoesNotReadWhileMoreWantToSend() throws Exception {
    open(SHORT, LONG, _ -> new CloseReason(1011, ""));
    var session = author.session();
    var big = "a".repeat(1 << 20);
    var senders = new Thread[8];
    for (var i = 0; i < senders.length; i++) {
      senders[i] =
          Thread.ofVirtual()
              .start(
                  () ->
                      assertThrows(
                          WebSocketFailure.class,
                          () -> {
                            while (true) {
                              session.send(big);
                            }
                          }));
    }
    for (var sender : senders) {
      assertTrue(sender.join(Duration.ofSeconds(20)), "a sender is still blocked");
    }
    assertEquals(List.of("SLOW", "1006 the peer reads too slowly"), author.end());
  }

  @Test
  void aClientThatReadsSlowlyGetsAllThatManySend() throws Exception {
    var socket = open(Duration.ofMillis(1500), LONG, _ -> new CloseReason(1011, ""));
    var session = author.session();
    var big = "a".repeat(12 << 20);
    var senders = new Thread[3];
    for (var i = 0; i < senders.length; i++) {
      senders[i] = Thread.startVirtualThread(() -> session.send(big));
    }
    for (var i = 0; i < senders.length; i++) {
      assertEquals(big.length(), readSlowly(socket));
    }
    for (var sender : senders) {
      assertTrue(sender.join(Duration.ofSeconds(20)));
    }
    assertEquals(senders.length, session.sent().messages());
  }

  /** Reads a frame of 64-bit length, at a pace that takes seconds and never pauses for one. */
  private static long readSlowly(RawSocket socket) throws IOException {
    var in = socket.http().in();
    var length = ByteBuffer.wrap(in.readNBytes(10)).getLong(2);
    var piece = 128 << 10;
    for (var left = length; left > 0; left -= piece) {
      assertEquals(Math.min(left, piece), in.readNBytes((int) Math.min(left, piece)).length);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return length;
  }

  @Test
  void closingDoesNotWaitForAClientThatDoesNotRead() throws Exception {
    open(LONG, SHORT, _ -> new CloseReason(1011, ""));
    var session = author.session();
    var big = "a".repeat(1 << 20);
    var sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    while (true) {
                      session.send(big);
                    }
                  } catch (WebSocketFailure _) {
                    // it was closed
                  }
                });
    session.close(3000, "expired");
    assertFalse(session.isOpen());
    assertEquals(List.of("3000 expired"), author.end());
    assertTrue(sender.join(Duration.ofSeconds(20)), "the sender is still blocked");
  }

  @Test
  void tooMuchIsGoingOn() throws Exception {
    server =
        SocketFixture.start(
            () -> author,
            builder ->
                builder.concurrencyLimit(FixedLimit.builder().permits(1).queueLength(0).build()));
    var first = server.open();
    client = first;
    author.session();
    first.send(RawFrame.text("wait"));
    author.entered.await();
    try (var second = server.echo()) {
      second.send(RawFrame.text("a"));
      assertEquals(1013, second.read().closeCode());
    }
  }

  @Test
  void theServerStops() throws Exception {
    var socket = open();
    author.session();
    var stopping = Thread.ofVirtual().start(Objects.requireNonNull(server)::close);
    var close = socket.read();
    assertEquals(1001, close.closeCode());
    socket.answerClose(close);
    assertTrue(socket.ended());
    assertTrue(stopping.join(Duration.ofSeconds(20)));
    assertEquals(List.of("1001 "), author.end());
  }
}
