package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.flow.Floods;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No guard against floods ends the connection of a client that keeps the rules, at whatever rate it
 * goes: here each guard allows ten frames in an hour, and each client sends hundreds as fast as
 * loopback takes them, because all of them go with something that the server sent or did.
 */
final class CorrectClientTest {
  private static final Floods TEN = new Floods(Duration.ofHours(1), 10, 10, 10, 10, 10, 10, 10);
  private static final int FRAMES = 300;
  private static final int PADDED = 8;

  @ParameterizedTest(name = "{0}")
  @MethodSource("clients")
  void aClientThatKeepsTheRulesKeepsItsConnection(String name, Client client) {
    try (var port = port();
        var raw = RawClient.connect(port.port())) {
      // What is tested is not the window of the connection.
      raw.windowUpdate(0, 1 << 30);
      client.talk(raw);
      assertEquals("200", raw.get(1_000_001, "/ping").response(1_000_001).status());
      assertTrue(raw.isAlive());
    }
  }

  interface Client {
    void talk(RawClient raw);
  }

  static Stream<Arguments> clients() {
    return Stream.of(
        row("updates both windows for each byte", CorrectClientTest::updatesWindows),
        row("measures the link with each frame", CorrectClientTest::pings),
        row("answers each late frame with a reset", CorrectClientTest::resetsWhatIsLate),
        row("cancels each response after its first byte", CorrectClientTest::cancels),
        row("sends late frames on streams that have ended", CorrectClientTest::late),
        row("has a priority for each stream", CorrectClientTest::prioritizes),
        row("sends empty frames between others", CorrectClientTest::emptyFrames),
        row("ends each request with an empty frame", CorrectClientTest::emptyEnds),
        row("uploads on after an early answer", CorrectClientTest::uploadsOn));
  }

  private static Arguments row(String name, Client client) {
    return Arguments.of(name, client);
  }

  private static void updatesWindows(RawClient raw) {
    raw.get(1, "/drip");
    for (int i = 0; i < FRAMES; i++) {
      raw.awaitType(Frame.DATA);
      raw.windowUpdate(0, 1).windowUpdate(1, 1);
    }
  }

  private static void pings(RawClient raw) {
    raw.get(1, "/drip");
    for (int i = 0; i < FRAMES; i++) {
      raw.awaitType(Frame.DATA);
      raw.frame(Frame.PING, 0, 0, new byte[8]);
    }
  }

  /** As grpc-java on Netty does. */
  private static void resetsWhatIsLate(RawClient raw) {
    for (int stream = 1; stream < 20; stream += 2) {
      raw.get(stream, "/large");
      int late = 0;
      while (late++ < 4) {
        raw.awaitType(Frame.DATA);
        raw.reset(stream, ErrorCode.CANCEL);
      }
    }
  }

  private static void cancels(RawClient raw) {
    for (int stream = 1; stream < 2 * FRAMES; stream += 2) {
      int wanted = stream;
      raw.get(stream, "/endless");
      raw.await(frame -> frame.is(Frame.DATA) && frame.stream() == wanted);
      raw.reset(stream, ErrorCode.CANCEL);
    }
  }

  private static void late(RawClient raw) {
    for (int stream = 1; stream < 2 * FRAMES; stream += 2) {
      raw.get(stream, "/ping").response(stream);
      raw.windowUpdate(stream, 4).windowUpdate(0, 4).reset(stream, ErrorCode.CANCEL);
    }
  }

  private static void prioritizes(RawClient raw) {
    for (int stream = 1; stream < 2 * FRAMES; stream += 2) {
      raw.frame(Frame.PRIORITY, 0, stream, new byte[5]);
      raw.get(stream, "/ping").response(stream);
    }
  }

  private static void emptyFrames(RawClient raw) {
    raw.post(1, "/echo");
    for (int i = 0; i < FRAMES; i++) {
      raw.data(1, false, (byte) 'x');
      raw.frame(Frame.DATA, PADDED, 1, new byte[] {3, 0, 0, 0});
    }
    raw.data(1, true);
    assertEquals("x".repeat(FRAMES), raw.response(1).text());
  }

  private static void emptyEnds(RawClient raw) {
    for (int stream = 1; stream < 2 * FRAMES; stream += 2) {
      raw.post(stream, "/ping").data(stream, true);
      assertEquals("200", raw.response(stream).status());
    }
  }

  private static void uploadsOn(RawClient raw) {
    for (int stream = 1; stream < 100; stream += 2) {
      raw.post(stream, "/missing");
      for (int i = 0; i < 5; i++) {
        raw.data(stream, false, (byte) 'x');
      }
      var response = raw.response(stream);
      assertEquals("404", response.status());
      for (int i = 0; i < 5; i++) {
        raw.data(stream, false, (byte) 'x');
      }
      if (response.reset().isEmpty()) {
        raw.data(stream, true);
      }
    }
    assertEquals(Optional.empty(), raw.get(101, "/ping").response(101).reset());
  }

  private static Http2Port port() {
    return Http2Port.builder()
        .limits(Http2Limits.defaults().withFloods(TEN))
        .http(
            routing ->
                routing
                    .get("/ping", (_, response) -> response.send("pong"))
                    .post("/ping", (_, response) -> response.send("pong"))
                    .post(
                        "/echo",
                        (request, response) -> response.send(request.content().as(byte[].class)))
                    .get("/large", (_, response) -> response.send(new byte[65_535]))
                    .get("/drip", (_, response) -> drip(response.outputStream(), FRAMES))
                    .get("/endless", (_, response) -> begin(response.outputStream())))
        .start();
  }

  /** Works on until its client has gone. */
  private static void begin(OutputStream out) throws IOException, InterruptedException {
    out.write('x');
    out.flush();
    new CountDownLatch(1).await();
  }

  private static void drip(OutputStream out, int bytes) throws IOException {
    try (out) {
      for (int i = 0; i < bytes; i++) {
        out.write('x');
        out.flush();
      }
    }
  }
}
