package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertSame;

import dev.oneport.transport.http2.frames.Frame;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection whose writer dies is lost, and not silent for good. */
@Timeout(20)
final class SocketWriterTest {
  @Test
  void anErrorLosesTheConnection() throws Exception {
    var error = new OutOfMemoryError("made by a test");
    var lost = new CompletableFuture<RuntimeException>();
    var writer = new SocketWriter(new Failing(error), () -> false, lost::complete);
    var outbound = new Outbound(writer, Http2Limits.defaults());
    outbound.control(target -> target.frame(0, Frame.SETTINGS, 0, 0));
    outbound.flushNow();
    assertSame(error, lost.get(10, TimeUnit.SECONDS).getCause());
  }

  private record Failing(Error error) implements DataWriter {
    @Override
    public void write(BufferData... buffers) {
      throw error;
    }

    @Override
    public void write(BufferData buffer) {
      throw error;
    }

    @Override
    public void writeNow(BufferData... buffers) {
      throw error;
    }

    @Override
    public void writeNow(BufferData buffer) {
      throw error;
    }
  }
}
