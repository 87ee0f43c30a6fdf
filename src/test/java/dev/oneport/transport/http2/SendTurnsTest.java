package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.oneport.transport.http2.flow.Threads;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whoever waits to send gets a turn, once, and none that is over is kept. */
final class SendTurnsTest {
  private static final int INITIAL_WINDOW = 4;

  @Test
  void aStreamWaitsOnceHoweverOftenTheClientChangesItsWindow() {
    try (var port =
            Http2Port.builder()
                .http(
                    r ->
                        r.get("/window", (_, res) -> res.send(new byte[Frame.DEFAULT_WINDOW]))
                            .get("/more", (_, res) -> res.send(new byte[1_000])))
                .start();
        var client = RawClient.connect(port.port())) {
      client.get(1, "/window");
      client.await(RawFrame::endsStream);
      client.get(3, "/more").awaitType(Frame.HEADERS);
      for (int i = 0; i < 20; i++) {
        client.settings(INITIAL_WINDOW, 0).settings(INITIAL_WINDOW, 65_535);
      }
      for (int stream = 5; stream <= 7; stream += 2) {
        client.get(stream, "/more").awaitType(Frame.HEADERS);
      }
      for (int stream = 3; stream <= 7; stream += 2) {
        client.windowUpdate(0, 1_000);
        assertEquals(stream, client.await(RawFrame::endsStream).stream());
      }
    }
  }

  @Test
  void allWritersOfAStreamGoOnWhenItHasRoomAgain() {
    var protocol = new TwoWriters();
    try (var port = Http2Port.builder().protocol(protocol).start();
        var client = RawClient.connect(port.port(), INITIAL_WINDOW, 0)) {
      client.get(1, "/");
      Await.until("both wait", protocol::isWaiting);
      client.windowUpdate(1, 10_000);
      Await.until("both have written", () -> protocol.written.get() == 2);
    }
  }

  @Test
  void allWritersOfAStreamAreLetGoByAReset() {
    var protocol = new TwoWriters();
    try (var port = Http2Port.builder().protocol(protocol).start();
        var client = RawClient.connect(port.port(), INITIAL_WINDOW, 0)) {
      client.get(1, "/");
      Await.until("both wait", protocol::isWaiting);
      protocol.streams.getFirst().reset(ErrorCode.CANCEL);
      Await.until("both are let go", () -> protocol.gone.get() == 2);
      assertEquals(ErrorCode.CANCEL, client.awaitReset(1).code());
    }
  }

  @Test
  void aStreamThatIsOverIsNotKeptToHearThatItCanBeWritten() {
    var protocol = new Asking();
    try (var port = Http2Port.builder().protocol(protocol).start();
        var client = RawClient.connect(port.port(), INITIAL_WINDOW, 0)) {
      for (int stream = 1; stream < 200; stream += 2) {
        client.get(stream, "/");
      }
      Await.until("all have asked", () -> protocol.streams.size() == 100);
      for (int stream = 1; stream < 200; stream += 2) {
        client.reset(stream, ErrorCode.CANCEL);
      }
      Await.until("all are over", () -> port.http2().openStreams() == 0);
      Await.until("they are forgotten", protocol::isForgotten);
    }
  }

  /** Serves nothing until its stream is over. */
  private abstract static class Waiting implements StreamHandler {
    final Http2Stream stream;

    Waiting(Http2Stream stream) {
      this.stream = stream;
    }

    @Override
    public void arrived() {}

    @Override
    public void quiet() {}

    @Override
    public void writable() {}

    @Override
    public void ended() {
      stream.done();
    }
  }

  private static final class Asking implements StreamProtocol {
    private final List<WeakReference<Http2Stream>> streams = new CopyOnWriteArrayList<>();

    @Override
    public Optional<StreamHandler> handler(Http2Stream asked) {
      return Optional.of(
          new Waiting(asked) {
            @Override
            public void begin() {
              assertFalse(stream.isWritable());
              streams.add(new WeakReference<>(stream));
            }
          });
    }

    private boolean isForgotten() {
      System.gc();
      return streams.stream().allMatch(stream -> stream.get() == null);
    }
  }

  private static final class TwoWriters implements StreamProtocol {
    private final List<Http2Stream> streams = new CopyOnWriteArrayList<>();
    private final List<Thread> writers = new CopyOnWriteArrayList<>();
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger gone = new AtomicInteger();

    @Override
    public Optional<StreamHandler> handler(Http2Stream served) {
      return Optional.of(
          new Waiting(served) {
            @Override
            public void begin() {
              streams.add(stream);
              writers.add(Threads.start("writer", () -> write(stream)));
              writers.add(Threads.start("writer", () -> write(stream)));
            }
          });
    }

    private void write(Http2Stream stream) {
      boolean sent = stream.send(new byte[1_000], 0, 1_000, false);
      (sent ? written : gone).incrementAndGet();
    }

    private boolean isWaiting() {
      return writers.size() == 2
          && writers.stream().allMatch(writer -> writer.getState() == Thread.State.TIMED_WAITING);
    }
  }
}
