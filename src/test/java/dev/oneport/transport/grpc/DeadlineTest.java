package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.Await;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code grpc-timeout} is the deadline of the call's context, and ends the call. */
final class DeadlineTest {
  @Test
  void aCallThatTakesTooLongEndsWithDeadlineExceeded() throws InterruptedException {
    var handler = new Recorder();
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH, "grpc-timeout", "50m").message(1, true);
      assertEquals("4", client.response(1).trailer("grpc-status"));
      Await.latch("the cancel", handler.ended);
      assertEquals(1, handler.cancels.get());
      assertTrue(handler.contexts.getFirst().cancellationCause() instanceof TimeoutException);
      Await.until("the stream is given back", () -> port.openStreams() == 0);
    }
  }

  @Test
  void aHandlerThatIsBusyAtTheDeadlineIsInterrupted() throws InterruptedException {
    var interrupted = new CountDownLatch(1);
    var handler =
        new Recorder() {
          @Override
          void message(ServerCall<byte[], byte[]> call, byte[] message) {
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException e) {
              interrupted.countDown();
            }
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH, "grpc-timeout", "200m").message(1, true);
      assertEquals("4", client.response(1).trailer("grpc-status"));
      Await.latch("the interrupt", interrupted);
      Await.until("the cancel", () -> handler.cancels.get() == 1);
    }
  }

  @Test
  void aCallThatEndsInTimeHearsNothingOfItsDeadline() {
    var handler =
        new Recorder() {
          @Override
          void halfClose(ServerCall<byte[], byte[]> call) {
            call.close(Status.OK, new Metadata());
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH, "grpc-timeout", "1H").message(1, true);
      assertEquals("0", client.response(1).trailer("grpc-status"));
      Await.until("the end", () -> handler.completes.get() == 1);
      var deadline = handler.contexts.getFirst().getDeadline();
      assertNotNull(deadline);
      assertTrue(deadline.timeRemaining(TimeUnit.MINUTES) > 50);
      assertNull(handler.contexts.getFirst().cancellationCause());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "S", "1x", "-1S", "123456789S", "1.5S", "1 S", "99999999999H"})
  void aTimeoutThatIsNoneEndsItsCallOnly(String timeout) {
    try (var port = GrpcPort.serving(new TestEcho());
        var client = port.raw()) {
      client.call(1, "/Echo/Ping", "grpc-timeout", timeout).message(1, true);
      assertEquals("3", client.response(1).trailer("grpc-status"));
      assertTrue(client.isAlive());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1n, 1",
    "2u, 2000",
    "3m, 3000000",
    "4S, 4000000000",
    "5M, 300000000000",
    "6H, 21600000000000",
    "0S, 0",
    "99999999H, 9223372036854775807"
  })
  void unitsAreAsInTheProtocol(String text, long nanos) {
    assertEquals(nanos, GrpcTimeout.nanos(text));
  }
}
