package dev.oneport.transport.http2.flow;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.transport.http2.frames.Frame;
import java.time.Duration;
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
    SocketWriter.Sink failing =
        (_, _, _) -> {
          throw error;
        };
    var writer = new SocketWriter(failing, () -> false, lost::complete);
    var outbound = new Outbound(writer, 64 << 10, 100, Duration.ofMinutes(1));
    outbound.control(target -> target.frame(0, Frame.SETTINGS, 0, 0));
    outbound.flushNow();
    assertSame(error, lost.get(10, TimeUnit.SECONDS).getCause());
  }

  /** What follows half a frame would be taken for its rest, and a client would wait for more. */
  @Test
  void aFrameThatCannotBeMadeLosesTheConnection() throws Exception {
    var lost = new CompletableFuture<RuntimeException>();
    var writer = new SocketWriter((_, _, _) -> {}, () -> false, lost::complete);
    var outbound = new Outbound(writer, 64 << 10, 100, Duration.ofMinutes(1));
    assertThrows(
        IllegalStateException.class,
        () ->
            outbound.control(
                target -> {
                  target.frame(8, Frame.PING, 0, 0);
                  throw new IllegalStateException("made by a test");
                }));
    assertNotNull(lost.get(10, TimeUnit.SECONDS));
  }
}
