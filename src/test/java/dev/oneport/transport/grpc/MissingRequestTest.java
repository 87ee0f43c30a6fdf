package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.Http2Limits;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.Timeouts;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A call whose one request does not come is not kept; one that may take its time is. */
final class MissingRequestTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private static GrpcPort.Builder port() {
    var timeouts =
        new Timeouts(
            LONG,
            LONG,
            Duration.ofMillis(300),
            LONG,
            LONG,
            LONG,
            LONG,
            Duration.ZERO,
            LONG,
            Duration.ZERO,
            Duration.ZERO);
    return GrpcPort.builder().limits(Http2Limits.defaults().withTimeouts(timeouts));
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        row("nothing", c -> c),
        row("a part of the prefix", c -> c.data(1, false, new byte[3])),
        row("a part of the message", c -> c.data(1, false, (byte) 0, (byte) 0, (byte) 0, (byte) 1)),
        row("no end", c -> c.message(1, false)));
  }

  private static Arguments row(String name, Function<RawClient, RawClient> sent) {
    return Arguments.of(name, sent);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requests")
  void aRequestThatDoesNotComeEndsItsCall(String name, Function<RawClient, RawClient> sent) {
    var handler = new Recorder();
    try (var port = port().service(BytesService.unary(handler)).start();
        var client = port.raw()) {
      var response = sent.apply(client.call(1, BytesService.PATH)).response(1);
      assertEquals("4", response.trailer("grpc-status"), name);
      assertEquals("the request did not come in time", response.trailer("grpc-message"));
      assertEquals(ErrorCode.NO_ERROR, client.awaitReset(1).code());
      Await.until("the cancel", () -> handler.cancels.get() == 1);
      Await.until("the stream is given back", () -> port.openStreams() == 0);
      assertTrue(client.isAlive());
    }
  }

  @Test
  void aClientThatMaySendManyMessagesMayPause() {
    var open = new Closing();
    try (var port = port().service(BytesService.bidi(open)).service(new TestEcho()).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, false).call(3, "/Echo/Ping");
      assertEquals("4", client.response(3).trailer("grpc-status"));
      client.call(5, "/Echo/Ping");
      assertEquals("4", client.response(5).trailer("grpc-status"));
      client.message(1, true);
      assertEquals("0", client.response(1).trailer("grpc-status"));
    }
  }

  @Test
  void aHandlerMayTakeItsTimeOverARequestThatHasCome() {
    var slow = new Recorder();
    try (var port = port().service(BytesService.unary(slow)).service(new TestEcho()).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, true).call(3, "/Echo/Ping");
      assertEquals("4", client.response(3).trailer("grpc-status"));
      var call = slow.calls.getFirst();
      call.sendHeaders(new Metadata());
      call.sendMessage(new byte[1]);
      call.close(Status.OK, new Metadata());
      assertEquals("0", client.response(1).trailer("grpc-status"));
    }
  }

  private static final class Closing extends Recorder {
    @Override
    void halfClose(ServerCall<byte[], byte[]> call) {
      call.close(Status.OK, new Metadata());
    }
  }
}
