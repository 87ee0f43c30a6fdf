package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.helidon.common.buffers.BufferData;
import io.helidon.websocket.WsSession;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pings are answered while a listener is busy, and nothing else changes. */
@Timeout(60)
final class BusyListenerTest {
  private final Busy author = new Busy();
  private SocketFixture server;
  private RawSocket client;

  /** Is busy with its first message until it is released. */
  private static final class Busy extends Recorder {
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      super.onMessage(session, text, last);
      work();
    }

    @Override
    public void onMessage(WsSession session, BufferData buffer, boolean last) {
      super.onMessage(session, buffer, last);
      work();
    }

    private void work() {
      begun.countDown();
      try {
        assertTrue(released.await(30, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = SocketFixture.start(SocketFixture.LIMITS, () -> author);
    client = server.open();
  }

  @AfterEach
  void stop() throws IOException {
    author.released.countDown();
    client.close();
    server.close();
  }

  static Stream<Arguments> frames() {
    var ping = RawFrame.ping("a");
    var longPing = RawFrame.ping("a".repeat(125));
    return Stream.of(
        arguments("one ping", List.of(ping), List.of("ping a")),
        arguments("an empty ping", List.of(RawFrame.ping("")), List.of("ping ")),
        arguments("a long ping", List.of(longPing), List.of("ping " + "a".repeat(125))),
        arguments("two pings", List.of(ping, RawFrame.ping("b")), List.of("ping a", "ping b")),
        arguments(
            "pings around messages",
            List.of(RawFrame.text("x"), ping, RawFrame.binary(3), RawFrame.ping("b")),
            List.of("text x", "ping a", "binary 3", "ping b")),
        arguments(
            "pings in and behind a longer message",
            List.of(
                RawFrame.text("x").more(),
                ping,
                RawFrame.text("y".repeat(500)).continued(),
                RawFrame.ping("b")),
            List.of("ping a", "text x" + "y".repeat(500), "ping b")),
        arguments(
            "a ping behind a long frame",
            List.of(RawFrame.binary(40_000), ping),
            List.of("binary 40000", "ping a")),
        arguments(
            "a ping behind a pong",
            List.of(RawFrame.pong("x"), ping),
            List.of("pong x", "ping a")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void pingsAreAnsweredAtOnceAndHeardInOrder(String name, List<RawFrame> frames, List<String> heard)
      throws Exception {
    client.send(RawFrame.text("busy"));
    assertTrue(author.begun.await(20, TimeUnit.SECONDS));
    client.send(frames.toArray(RawFrame[]::new));
    answered(frames, heard, "text busy");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void inOnePieceWithTheMessageToo(String name, List<RawFrame> frames, List<String> heard)
      throws Exception {
    var all = new ArrayList<>(frames);
    all.addFirst(RawFrame.text("busy"));
    client.send(bytes(all));
    answered(frames, heard, "text busy");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void howeverTheyAreCut(String name, List<RawFrame> frames, List<String> heard) throws Exception {
    client.send(RawFrame.text("busy"));
    assertTrue(author.begun.await(20, TimeUnit.SECONDS));
    var bytes = bytes(frames);
    var step = Math.max(1, bytes.length / 50);
    for (var at = 0; at < bytes.length; at += step) {
      client.send(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + step)));
    }
    answered(frames, heard, "text busy");
  }

  private void answered(List<RawFrame> frames, List<String> heard, String first) throws Exception {
    for (var frame : frames) {
      if (frame.opcode() == 9) {
        assertEquals(RawFrame.pong(frame.text()), client.read());
      }
    }
    assertEquals(first, Recorder.next(author.messages));
    assertEquals(List.of(), List.copyOf(author.messages), "the listener is called in turns");
    author.released.countDown();
    for (var message : heard) {
      assertEquals(message, Recorder.next(author.messages));
    }
    goesOn();
  }

  /** No ping was answered twice, and the socket serves as before. */
  private void goesOn() throws Exception {
    client.send(RawFrame.ping("last"), RawFrame.close(1000));
    assertEquals(RawFrame.pong("last"), client.read());
    assertEquals(1000, client.read().closeCode());
    assertEquals("ping last", Recorder.next(author.messages));
    assertEquals(List.of("1000 "), author.end());
  }

  private static byte[] bytes(List<RawFrame> frames) {
    var bytes = new ByteArrayOutputStream();
    frames.forEach(frame -> bytes.writeBytes(frame.masked()));
    return bytes.toByteArray();
  }

  @Test
  void aPingBehindTheRestOfAFrameIsAnswered() throws Exception {
    author.session().receive(Delivery.FRAGMENTS);
    client.send(RawFrame.binary(90_000), RawFrame.ping("a"));
    assertEquals(RawFrame.pong("a"), client.read());
    author.released.countDown();
    var received = 0;
    var next = Recorder.next(author.messages);
    while (!next.startsWith("ping")) {
      received += Integer.parseInt(next.substring(next.indexOf(' ') + 1));
      next = Recorder.next(author.messages);
    }
    assertEquals(90_000, received);
    goesOn();
  }

  @Test
  void noMoreThanABoundIsReadAhead() throws Exception {
    client.send(RawFrame.text("busy"));
    assertTrue(author.begun.await(20, TimeUnit.SECONDS));
    client.send(RawFrame.ping("near"));
    assertEquals(RawFrame.pong("near"), client.read());
    var sending =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (var i = 0; i < 100; i++) {
                      client.send(RawFrame.binary(200_000));
                    }
                    client.send(RawFrame.ping("far"));
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                });
    client.http().socket().setSoTimeout(500);
    assertThrows(SocketTimeoutException.class, client::read);
    assertTrue(sending.isAlive(), "the client waits");
    client.http().socket().setSoTimeout(20_000);
    author.released.countDown();
    assertEquals(RawFrame.pong("far"), client.read());
    sending.join();
    assertEquals("text busy", Recorder.next(author.messages));
    assertEquals("ping near", Recorder.next(author.messages));
    for (var i = 0; i < 100; i++) {
      assertEquals("binary 200000", Recorder.next(author.messages));
    }
    assertEquals("ping far", Recorder.next(author.messages));
    goesOn();
  }

  @Test
  void messagesReachABusyListenerThoughTheClientLeaves() throws Exception {
    client.send(RawFrame.text("busy"));
    assertTrue(author.begun.await(20, TimeUnit.SECONDS));
    client.send(RawFrame.ping("a"), RawFrame.text("b"));
    assertEquals(RawFrame.pong("a"), client.read());
    client.http().socket().shutdownOutput();
    author.released.countDown();
    assertEquals("text busy", Recorder.next(author.messages));
    assertEquals("ping a", Recorder.next(author.messages));
    assertEquals("text b", Recorder.next(author.messages));
    assertEquals(List.of("LOST", "1006 the peer ended the connection"), author.end());
  }
}
