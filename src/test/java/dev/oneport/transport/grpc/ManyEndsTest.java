package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.transport.calls.CallControl;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many calls may end at once, as at a reload of the policy, while the client is slow to read. */
final class ManyEndsTest {
  private static final int CALLS = 900;

  @Test
  void theirStatusesAreNotTakenForAnswersThatNobodyReads() {
    var handler = new Filling();
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = RawClient.connect(port.number(), 4, Integer.MAX_VALUE)) {
      client.windowUpdate(0, Integer.MAX_VALUE - 65_535);
      for (int i = 1; i <= CALLS; i++) {
        client.call(2 * i + 1, BytesService.PATH);
      }
      Await.until("all have begun", () -> handler.calls.size() == CALLS);
      client.call(1 + 2 * (CALLS + 1), BytesService.PATH).message(1 + 2 * (CALLS + 1), false);
      Await.until("the socket is full", handler::isStuck);
      for (int i = 0; i < CALLS; i++) {
        var status = Status.UNAVAILABLE.withDescription(i + "x".repeat(500));
        CallControl.of(handler.calls.get(i)).orElseThrow().end(status, new Metadata());
      }
      int ends = 0;
      while (ends < CALLS) {
        var frame = client.next().orElseThrow(() -> new AssertionError("the connection ended"));
        ends += frame.endsStream() ? 1 : 0;
      }
      assertEquals(1, port.http2().http2().openConnections());
    }
  }

  /** Sends as much as it can, once it gets a message. */
  private static final class Filling extends Recorder {
    private static final int OFTEN = 300;

    private final AtomicInteger sent = new AtomicInteger();
    private int seen;
    private int times;

    @Override
    void message(ServerCall<byte[], byte[]> call, byte[] message) {
      call.sendHeaders(new Metadata());
      while (!call.isCancelled()) {
        call.sendMessage(new byte[10_000]);
        sent.incrementAndGet();
      }
    }

    /** Nothing more was sent, however often one looks. */
    private boolean isStuck() {
      times = sent.get() == seen && seen > 0 ? times + 1 : 0;
      seen = sent.get();
      return times > OFTEN;
    }
  }
}
