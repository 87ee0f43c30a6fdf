package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides keep to the windows that the other gives (RFC 9113 sections 5.2 and 6.9). */
final class FlowControlTest {
  private static final int INITIAL_WINDOW = 4;

  private static Http2Port port() {
    return Http2Port.builder()
        .http(
            r ->
                r.get("/large", (_, res) -> res.send(new byte[200_000]))
                    .get("/small", (_, res) -> res.send("small"))
                    .post(
                        "/length",
                        (req, res) -> res.send("" + req.content().as(byte[].class).length)))
        .start();
  }

  @ParameterizedTest(name = "a window of {0}")
  @ValueSource(ints = {1, 100, 16_384, 65_535})
  void aResponseNeverExceedsTheStreamsWindow(int window) {
    try (var port = port();
        var client = RawClient.connect(port.port(), INITIAL_WINDOW, window)) {
      client.get(1, "/large");
      assertEquals(window, readWindow(client, window));
      assertTrue(client.isAlive());
      client.windowUpdate(0, 777).windowUpdate(1, 777);
      assertEquals(777, readWindow(client, 777));
    }
  }

  private static int readWindow(RawClient client, int window) {
    int read = 0;
    while (read < window) {
      read += client.awaitType(Frame.DATA).payload().length;
    }
    return read;
  }

  @Test
  void allStreamsTogetherNeverExceedTheConnectionsWindowAndShareIt() {
    try (var port = port();
        var client = RawClient.connect(port.port(), INITIAL_WINDOW, 1 << 20)) {
      client.get(1, "/large").get(3, "/large");
      assertEquals(Frame.DEFAULT_WINDOW, readWindow(client, Frame.DEFAULT_WINDOW));
      assertTrue(client.isAlive());
      client.windowUpdate(0, 1 << 20);
      int ends = 0;
      while (ends < 2) {
        ends += client.awaitType(Frame.DATA).endsStream() ? 1 : 0;
      }
    }
  }

  @Test
  void aSmallResponseIsNotHeldUpByALargeOneThatWaitsForItsOwnWindow() {
    try (var port = port();
        var client = RawClient.connect(port.port(), INITIAL_WINDOW, 1_000)) {
      client.get(1, "/large").get(3, "/small");
      assertEquals("small", client.response(3).text());
    }
  }

  @Test
  void aChangeOfTheInitialWindowCountsForStreamsThatAreOpen() {
    try (var port = port();
        var client = RawClient.connect(port.port(), INITIAL_WINDOW, 1_000)) {
      client.get(1, "/large");
      readWindow(client, 1_000);
      client.settings(INITIAL_WINDOW, 500).windowUpdate(1, 400);
      assertTrue(client.isAlive());
      // The window is now at -100: only what is above that may be used.
      client.windowUpdate(1, 101);
      assertEquals(1, client.awaitType(Frame.DATA).payload().length);
      client.settings(INITIAL_WINDOW, 700);
      assertEquals(200, readWindow(client, 200));
    }
  }

  @Test
  void aWindowBeyondTheLargestEndsTheStreamOrTheConnection() {
    try (var port = port();
        var client = RawClient.connect(port.port())) {
      // Nothing is answered before the body has come, so the window is as it was.
      client.post(1, "/length").windowUpdate(1, Integer.MAX_VALUE);
      assertEquals(ErrorCode.FLOW_CONTROL_ERROR, client.awaitReset(1).code());
      client.windowUpdate(0, Integer.MAX_VALUE);
      assertEquals(ErrorCode.FLOW_CONTROL_ERROR, client.awaitEnd().orElseThrow().code());
    }
  }

  @Test
  void anUploadOfAnySizeIsCreditedWhileItIsRead() {
    int size = 5_000_000;
    try (var port = port();
        var client = RawClient.connect(port.port())) {
      client.post(1, "/length");
      int stream = 256 << 10;
      int connection = 1 << 20;
      int sent = 0;
      while (sent < size) {
        int some = Math.min(Math.min(stream, connection), Math.min(16_384, size - sent));
        if (some == 0) {
          var update = client.awaitType(Frame.WINDOW_UPDATE);
          int more = ByteBuffer.wrap(update.payload()).getInt();
          stream += update.stream() == 1 ? more : 0;
          connection += update.stream() == 0 ? more : 0;
        } else {
          client.data(1, sent + some == size, new byte[some]);
          sent += some;
          stream -= some;
          connection -= some;
        }
      }
      assertEquals("" + size, client.response(1).text());
    }
  }

  @Test
  void sendingBeyondTheConnectionsWindowEndsTheConnection() {
    var block = new CountDownLatch(1);
    var limits = Http2Limits.defaults().withWindows(65_535, 65_535);
    try (var port =
            Http2Port.builder()
                .limits(limits)
                .http(
                    r ->
                        r.post(
                            "/wait",
                            (_, res) -> {
                              block.await();
                              res.send();
                            }))
                .start();
        var client = RawClient.connect(port.port())) {
      client.post(1, "/wait").post(3, "/wait");
      for (int i = 0; i < 4; i++) {
        client.data(1, false, new byte[16_000]);
      }
      client.data(3, false, new byte[16_000]);
      assertEquals(ErrorCode.FLOW_CONTROL_ERROR, client.awaitEnd().orElseThrow().code());
      block.countDown();
    }
  }

  @Test
  void paddingCountsAndIsGivenBack() {
    try (var port = port();
        var client = RawClient.connect(port.port())) {
      client.post(1, "/length");
      var padded = new byte[256];
      padded[0] = (byte) 200;
      for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 520; i++) {
          client.frame(Frame.DATA, Frame.PADDED, 1, padded);
        }
        client.await(frame -> frame.is(Frame.WINDOW_UPDATE) && frame.stream() == 1);
      }
      client.data(1, true);
      assertEquals("" + 5 * 520 * 55, client.response(1).text());
    }
  }

  @Test
  void theUnreadBodyOfAFinishedRequestIsGivenBackToTheOthers() {
    try (var port = port();
        var client = RawClient.connect(port.port())) {
      int stream = 1;
      for (int i = 0; i < 60; i++, stream += 2) {
        client.post(stream, "/nowhere");
        for (int sent = 0; sent < 3; sent++) {
          client.data(stream, false, new byte[16_000]);
        }
        assertEquals("404", client.response(stream).status());
      }
      client.post(stream, "/length").data(stream, true, new byte[10]);
      assertEquals("10", client.response(stream).text());
    }
  }

  @Test
  void aBodyThatIsNotWantedIsEndedByAResetWithoutErrorAfterTheAnswer() {
    try (var port = port();
        var client = RawClient.connect(port.port())) {
      client.post(1, "/nowhere").data(1, false, new byte[100]);
      var response = client.response(1);
      assertEquals("404", response.status());
      assertTrue(response.ended());
      assertEquals(Optional.empty(), response.reset());
      assertEquals(ErrorCode.NO_ERROR, client.awaitReset(1).code());
      client.data(1, true, new byte[100]);
      assertTrue(client.isAlive());
    }
  }
}
