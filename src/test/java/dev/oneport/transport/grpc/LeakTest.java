package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.LiveThreads;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Twice five hundred calls end in each bad way; no thread, no stream and no memory is left of them.
 */
final class LeakTest {
  private static final int CALLS = 500;
  private static final long SLACK = 3 << 20;

  private enum Way {
    /** The handler waits for something that never comes. */
    BLOCKED,
    /** The handler has returned, and nothing happens. */
    IDLE,
    /** The handler waits until the client reads. */
    SENDING
  }

  private interface Scenario {
    void run() throws Exception;
  }

  private void leavesNothing(GrpcPort port, Recorder handler, Scenario scenario) throws Exception {
    runAndForget(port, handler, scenario);
    long before = usedMemory();
    runAndForget(port, handler, scenario);
    long left = usedMemory() - before;
    assertTrue(left < SLACK, "bytes left: " + left);
  }

  private static void runAndForget(GrpcPort port, Recorder handler, Scenario scenario)
      throws Exception {
    scenario.run();
    settled(port);
    assertTrue(handler.calls.size() > 0);
    assertEquals(handler.calls.size(), handler.cancels.get() + handler.completes.get());
    assertEquals(0, handler.overlaps.get());
    handler.forget();
  }

  private static void settled(GrpcPort port) {
    Await.until("the streams are given back", () -> port.openStreams() == 0);
    Await.until("the threads of the calls end", () -> LiveThreads.count("\"grpc-") == 0);
  }

  private static long usedMemory() {
    for (int i = 0; i < 4; i++) {
      System.gc();
    }
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static GrpcPort port(Recorder handler) {
    return GrpcPort.builder().service(BytesService.bidi(handler)).start();
  }

  @Test
  void cancelledCallsLeaveNothing() throws Exception {
    for (var way : Way.values()) {
      var handler = new Stuck(way);
      try (var port = port(handler)) {
        leavesNothing(port, handler, () -> cancelCalls(port, handler));
      }
    }
  }

  private static void cancelCalls(GrpcPort port, Stuck handler) {
    try (var client = RawClient.connect(port.number(), 4, 100)) {
      for (int i = 0; i < CALLS; i++) {
        int stream = 2 * i + 1;
        int messages = handler.messages.size();
        client.call(stream, BytesService.PATH).message(stream, false);
        if (i % 3 == 0) {
          Await.until("it is under way", () -> handler.messages.size() > messages);
        }
        client.reset(stream, ErrorCode.CANCEL);
      }
      assertTrue(client.isAlive());
      assertEquals(0, handler.completes.get());
    }
  }

  @Test
  void droppedConnectionsLeaveNothing() throws Exception {
    for (var way : Way.values()) {
      var handler = new Stuck(way);
      try (var port = port(handler)) {
        leavesNothing(port, handler, () -> dropConnections(port, handler));
        assertEquals(0, port.http2().http2().openConnections());
      }
    }
  }

  private static void dropConnections(GrpcPort port, Stuck handler) throws IOException {
    for (int i = 0; i < CALLS; i++) {
      int messages = handler.messages.size();
      try (var client = RawClient.connect(port.number(), 4, 100)) {
        client.call(1, BytesService.PATH).message(1, false);
        if (i % 3 == 0) {
          Await.until("it is under way", () -> handler.messages.size() > messages);
        }
        // Half of them end with a reset of the socket, the others with its end.
        client.socket().setSoLinger(i % 2 == 0, 0);
      }
    }
    Await.until("all connections are gone", () -> port.http2().http2().openConnections() == 0);
  }

  @Test
  void callsCompletedByOtherThreadsLeaveNothing() throws Exception {
    var handler = new Asynchronous();
    try (var port = port(handler);
        var client = port.raw()) {
      var stream = new AtomicInteger(1);
      leavesNothing(
          port,
          handler,
          () -> {
            for (int i = 0; i < CALLS; i++) {
              int id = stream.getAndAdd(2);
              client.call(id, BytesService.PATH).message(id, i % 2 == 0);
              assertEquals("0", client.response(id).trailer("grpc-status"));
            }
          });
    }
  }

  private static final class Asynchronous extends Recorder {
    @Override
    void message(ServerCall<byte[], byte[]> call, byte[] message) {
      Thread.ofVirtual()
          .start(
              () -> {
                call.sendHeaders(new Metadata());
                call.sendMessage(new byte[10]);
                call.close(Status.OK, new Metadata());
              });
    }
  }

  private static final class Stuck extends Recorder {
    private final Way way;

    private Stuck(Way way) {
      this.way = way;
    }

    @Override
    void message(ServerCall<byte[], byte[]> call, byte[] message) {
      switch (way) {
        case IDLE -> {}
        case BLOCKED -> block();
        case SENDING -> send(call);
      }
    }

    private static void block() {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void send(ServerCall<byte[], byte[]> call) {
      call.sendHeaders(new Metadata());
      while (!call.isCancelled()) {
        call.sendMessage(new byte[1_000]);
      }
    }
  }
}
