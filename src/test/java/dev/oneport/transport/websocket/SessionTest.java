package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.BufferData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an author can do with a socket. */
@Timeout(60)
final class SessionTest {
  private final Recorder author = new Recorder();
  private SocketFixture server;
  private RawSocket client;
  private WebSocketSession session;

  @BeforeEach
  void start() throws Exception {
    server = SocketFixture.start(SocketFixture.LIMITS, () -> author);
    client = server.open();
    session = author.session();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void aTextIsOneFrame() throws IOException {
    session.send("h\u00e9llo");
    assertEquals(RawFrame.text("h\u00e9llo"), client.read());
  }

  @Test
  void aBinaryIsOneFrame() throws IOException {
    session.send(BufferData.create(new byte[] {1, 2, 3}), true);
    assertEquals(RawFrame.binary((byte) 1, (byte) 2, (byte) 3), client.read());
  }

  @Test
  void fragmentsAreOneMessage() throws IOException {
    session.send("a", false).send("b", false).send("c", true).send("d", true);
    assertEquals(RawFrame.text("a").more(), client.read());
    assertEquals(RawFrame.text("b").more().continued(), client.read());
    assertEquals(RawFrame.text("c").continued(), client.read());
    assertEquals(RawFrame.text("d"), client.read());
  }

  @Test
  void aCharacterMayBeCutIntoTwoFragments() throws IOException {
    session.send("a\ud83d", false).send("\ude00b", true);
    assertEquals("a", client.read().text());
    assertEquals("\ud83d\ude00b", client.read().text());
  }

  @Test
  void aFragmentOfAnotherKindIsTheAuthorsMistake() {
    session.send("a", false);
    var bytes = BufferData.create(new byte[1]);
    assertThrows(IllegalStateException.class, () -> session.send(bytes, true));
    session.send("b", true);
  }

  @Test
  void aTextCanBeWrittenAsAStream() throws IOException {
    var text = "\u20ac".repeat(20_000);
    try (var out = session.textStream()) {
      out.write(text);
    }
    assertEquals(text, new String(message(1), StandardCharsets.UTF_8));
  }

  @Test
  void aBinaryCanBeWrittenAsAStream() throws IOException {
    try (var out = session.binaryStream()) {
      out.write(7);
      out.write(new byte[100_000]);
      out.flush();
      out.write(8);
    }
    var message = message(2);
    assertEquals(100_002, message.length);
    assertEquals(7, message[0]);
    assertEquals(8, message[100_001]);
  }

  private byte[] message(int opcode) throws IOException {
    var whole = new ByteArrayOutputStream();
    var frame = client.read();
    assertEquals(opcode, frame.opcode());
    while (!frame.last()) {
      whole.writeBytes(frame.bytes());
      frame = client.read();
      assertEquals(0, frame.opcode());
    }
    whole.writeBytes(frame.bytes());
    return whole.toByteArray();
  }

  @Test
  void anotherThreadsMessageWaitsForTheOneBegun() throws Exception {
    session.send("a", false);
    var other = Thread.ofVirtual().start(() -> session.send("other", true));
    session.ping(BufferData.create("between"));
    session.send("b", true);
    assertEquals("a", client.read().text());
    assertEquals(RawFrame.ping("between"), client.read());
    assertEquals(RawFrame.text("b").continued(), client.read());
    assertEquals(RawFrame.text("other"), client.read());
    other.join();
  }

  @Test
  void pingsAndPongsCanBeSent() throws IOException {
    session.ping(BufferData.create("a")).pong(BufferData.create("b"));
    assertEquals(RawFrame.ping("a"), client.read());
    assertEquals(RawFrame.pong("b"), client.read());
    var tooLong = BufferData.create(new byte[126]);
    assertThrows(IllegalArgumentException.class, () -> session.ping(tooLong));
  }

  @Test
  void aPingIsAnsweredAndHeard() throws Exception {
    client.send(RawFrame.ping("a"), RawFrame.pong("b"));
    assertEquals(RawFrame.pong("a"), client.read());
    assertEquals("ping a", Recorder.next(author.messages));
    assertEquals("pong b", Recorder.next(author.messages));
  }

  @Test
  void messagesArriveWhole() throws Exception {
    client.send(RawFrame.text("a").more(), RawFrame.text("b").continued());
    client.send(RawFrame.binary(3).more(), RawFrame.binary(4).continued());
    assertEquals("text ab", Recorder.next(author.messages));
    assertEquals("binary 7", Recorder.next(author.messages));
  }

  @Test
  void messagesMayBeReceivedInFragmentsOfWholeCharacters() throws Exception {
    session.receive(Delivery.FRAGMENTS);
    client.send(RawFrame.hexText("61e2").more(), RawFrame.hexText("82").more().continued());
    client.send(RawFrame.hexText("ac62").continued());
    assertEquals("part a", Recorder.next(author.messages));
    assertEquals("part ", Recorder.next(author.messages));
    assertEquals("text \u20acb", Recorder.next(author.messages));
  }

  @Test
  void messagesInFragmentsMayBeLargerThanAnyHeld() throws Exception {
    session.receive(Delivery.FRAGMENTS);
    client.send(RawFrame.binary(200_000).more(), RawFrame.binary(200_000).continued());
    var received = 0;
    String piece;
    do {
      piece = Recorder.next(author.messages);
      received += Integer.parseInt(piece.substring(piece.indexOf(' ') + 1));
    } while (piece.startsWith("piece"));
    assertEquals(400_000, received);
  }

  @Test
  void evenInFragmentsThereIsABound() throws Exception {
    session.receive(Delivery.FRAGMENTS);
    client.send(RawFrame.binary(200_000).more());
    for (var i = 0; i < 5; i++) {
      client.send(RawFrame.binary(200_000).more().continued());
    }
    assertEquals(1009, client.read().closeCode());
    assertEquals(List.of("TOO_LARGE", "1009 a message is too large"), author.end());
  }

  @Test
  void anInterruptedThreadCanStillSend() throws IOException {
    Thread.currentThread().interrupt();
    session.send("a");
    assertTrue(Thread.interrupted());
    session.send("b");
    assertEquals("a", client.read().text());
    assertEquals("b", client.read().text());
  }

  @Test
  void itSaysWhetherItIsOpen() {
    assertTrue(session.isOpen());
    session.close(1000, "");
    assertFalse(session.isOpen());
    assertThrows(WebSocketFailure.class, () -> session.send("a"));
  }

  @Test
  void aFormattedReasonIsCutAtACharactersBorder() throws IOException {
    session.close(4000, "a" + "\u20ac".repeat(50));
    var close = client.read();
    assertEquals(4000, close.closeCode());
    var reason = new String(close.bytes(), 2, close.bytes().length - 2, StandardCharsets.UTF_8);
    assertEquals("a" + "\u20ac".repeat(40), reason);
  }

  @Test
  void codesThatNoFrameMayCarryAreTheAuthorsMistake() {
    for (var code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000}) {
      assertThrows(IllegalArgumentException.class, () -> session.close(code, ""));
    }
    assertTrue(session.isOpen());
  }
}
