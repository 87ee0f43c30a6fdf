package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A socket that takes something is not stuck, however long it takes for all. */
final class SocketWriterTest {
  private static final int SIZE = 100_000;

  @Test
  void theTimeBeginsAnewWithEachSlice() throws InterruptedException {
    var socket = new Slow();
    var writer = new SocketWriter(socket, () -> true, socket.failures::add);
    socket.writer = writer;
    var outbound = new Outbound(writer, Http2Limits.defaults());
    outbound.control(target -> target.put(new byte[SIZE], 0, SIZE));
    assertTrue(outbound.awaitFlushed(Long.MAX_VALUE));
    Await.latch("all is taken", socket.taken);
    assertEquals(List.of(), socket.failures);
    assertEquals(0, writer.stuckNanos(System.nanoTime()));
    for (int i = 1; i < socket.begins.size(); i++) {
      assertTrue(socket.begins.get(i) - socket.ends.get(i - 1) >= 0);
    }
    assertTrue(socket.begins.size() > 5);
  }

  /** Notes since when it is said to be stuck, and when it no longer is. */
  private static final class Slow implements DataWriter {
    private final List<Long> begins = new ArrayList<>();
    private final List<Long> ends = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();
    private final CountDownLatch taken = new CountDownLatch(SIZE);
    private SocketWriter writer = new SocketWriter(this, () -> true, failures::add);

    @Override
    public void writeNow(BufferData buffer) {
      long now = System.nanoTime();
      begins.add(now - writer.stuckNanos(now));
      for (int i = buffer.available(); i > 0; i--) {
        taken.countDown();
      }
      ends.add(System.nanoTime());
    }

    @Override
    public void writeNow(BufferData... buffers) {
      writeNow(BufferData.create(buffers));
    }

    @Override
    public void write(BufferData... buffers) {
      writeNow(buffers);
    }

    @Override
    public void write(BufferData buffer) {
      writeNow(buffer);
    }
  }
}
