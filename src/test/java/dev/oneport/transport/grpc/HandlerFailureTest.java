package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.Await;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever throws, the client gets a status at once, and nothing of what was thrown. */
final class HandlerFailureTest {
  private static final String SECRET = "db password is hunter2";

  enum Place {
    START,
    READY,
    MESSAGE,
    HALF_CLOSE
  }

  private enum Thrown {
    RUNTIME_EXCEPTION {
      @Override
      void thrown() {
        throw new IllegalStateException(SECRET);
      }
    },
    STATUS_EXCEPTION {
      @Override
      void thrown() {
        throw Status.PERMISSION_DENIED.withDescription(SECRET).asRuntimeException();
      }
    },
    ERROR {
      @Override
      void thrown() {
        throw new AssertionError(SECRET);
      }
    };

    abstract void thrown();
  }

  @ParameterizedTest(name = "in {0}")
  @EnumSource
  void aHandlerThatThrowsEndsItsCallWithInternal(Place place) {
    for (var thrown : Thrown.values()) {
      var handler = new Failing(place, thrown);
      try (var port = GrpcPort.builder().service(BytesService.bidi(handler)).start();
          var client = port.raw()) {
        client.call(1, BytesService.PATH).message(1, true, (byte) 1);
        var response = client.response(1);
        assertEquals("13", response.trailer("grpc-status"), thrown.name());
        assertFalse(response.trailer("grpc-message").contains("hunter2"));
        Await.until("the stream is given back", () -> port.openStreams() == 0);
        assertEquals(place == Place.START ? 0 : 1, handler.cancels.get());
        assertEquals(0, handler.completes.get());
        assertTrue(client.isAlive());
      }
    }
  }

  @Test
  void anInterceptorThatThrowsEndsTheCallWithInternal() {
    try (var port =
            GrpcPort.builder()
                .intercept(new ThrowingInterceptor())
                .service(new TestEcho())
                .start();
        var client = port.raw()) {
      client.call(1, "/Echo/Ping").message(1, true);
      assertEquals("13", client.response(1).trailer("grpc-status"));
    }
  }

  @Test
  void aSecondAnswerToAUnaryCallIsAnErrorOfTheHandler() {
    var handler =
        new Recorder() {
          @Override
          void halfClose(ServerCall<byte[], byte[]> call) {
            call.sendHeaders(new Metadata());
            call.sendMessage(new byte[1]);
            call.sendMessage(new byte[1]);
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, true);
      assertEquals("13", client.response(1).trailer("grpc-status"));
    }
  }

  @Test
  void aUnaryCallClosedWithoutItsAnswerIsAnErrorOfTheHandler() {
    var handler =
        new Recorder() {
          @Override
          void halfClose(ServerCall<byte[], byte[]> call) {
            call.close(Status.OK, new Metadata());
          }
        };
    try (var port = GrpcPort.builder().service(BytesService.unary(handler)).start();
        var client = port.raw()) {
      client.call(1, BytesService.PATH).message(1, true);
      assertEquals("13", client.response(1).trailer("grpc-status"));
    }
  }

  private static final class ThrowingInterceptor implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      throw new IllegalStateException(SECRET);
    }
  }

  private static final class Failing extends Recorder {
    private final Place place;
    private final Thrown thrown;

    private Failing(Place place, Thrown thrown) {
      this.place = place;
      this.thrown = thrown;
    }

    private void at(Place here) {
      if (place == here) {
        thrown.thrown();
      }
    }

    @Override
    void started(ServerCall<byte[], byte[]> call) {
      super.started(call);
      at(Place.START);
    }

    @Override
    void ready(ServerCall<byte[], byte[]> call) {
      at(Place.READY);
    }

    @Override
    void message(ServerCall<byte[], byte[]> call, byte[] message) {
      at(Place.MESSAGE);
    }

    @Override
    void halfClose(ServerCall<byte[], byte[]> call) {
      at(Place.HALF_CLOSE);
    }
  }
}
