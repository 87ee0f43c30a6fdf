package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.frames.Frame;
import org.junit.jupiter.api.Test;

/** What a client sets is not used before the acknowledgement tells it so. */
final class SettingsOrderTest {
  private static final int INITIAL_WINDOW = 4;
  private static final int ROUNDS = 45;
  private static final int STREAMS = 20;

  @Test
  void dataThatNeedsALargerWindowComesAfterItsAcknowledgement() {
    try (var port =
            Http2Port.builder().http(r -> r.get("/", (_, res) -> res.send(new byte[10]))).start();
        var client = RawClient.connect(port.port(), INITIAL_WINDOW, 0)) {
      client.windowUpdate(0, 1 << 20);
      int stream = 1;
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < STREAMS; i++, stream += 2) {
          client.get(stream, "/");
        }
        for (int i = 0; i < STREAMS; i++) {
          client.awaitType(Frame.HEADERS);
        }
        assertTrue(client.isAlive());
        client.settings(INITIAL_WINDOW, 10);
        var first = client.await(frame -> frame.is(Frame.SETTINGS) || frame.is(Frame.DATA));
        assertTrue(first.is(Frame.SETTINGS) && first.isAck());
        for (int i = 0; i < STREAMS; i++) {
          client.await(RawFrame::endsStream);
        }
        client.settings(INITIAL_WINDOW, 0).awaitType(Frame.SETTINGS);
      }
    }
  }
}
