package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.Http2Port;
import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.StreamHandler;
import dev.oneport.transport.http2.StreamProtocol;
import dev.oneport.transport.http2.frames.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call that ends before it has begun is forgotten, though its connection goes on. */
final class ForgottenCallTest {
  private static final int HEADERS = 1;
  private static final int END_HEADERS = 4;
  private static final int CALLS = 100;

  /** How it ends; each in one piece, so that the server sees the end before it lets it begin. */
  enum Way {
    RESET("99999999H") {
      @Override
      byte[] rest(int stream) {
        return Http2Bytes.frame(3, 0, stream, RawClient.int32(ErrorCode.CANCEL.code()));
      }
    },
    BODY_LONGER_THAN_IT_SAYS("99999999H") {
      @Override
      byte[] rest(int stream) {
        return Http2Bytes.frame(0, 1, stream, new byte[10]);
      }
    },
    NO_TIME("0n") {
      @Override
      byte[] rest(int stream) {
        return new byte[0];
      }
    },
    HARDLY_ANY_TIME("1n") {
      @Override
      byte[] rest(int stream) {
        return Http2Bytes.frame(0, 1, stream, RawClient.framed(0));
      }
    };

    private final String timeout;

    Way(String timeout) {
      this.timeout = timeout;
    }

    abstract byte[] rest(int stream);

    private byte[] call(int stream) {
      var bytes = new ByteArrayOutputStream();
      var head =
          Http2Bytes.block(
              ":method",
              "POST",
              ":scheme",
              "http",
              ":path",
              "/Echo/Ping",
              ":authority",
              "localhost",
              "content-type",
              "application/grpc",
              "te",
              "trailers",
              "content-length",
              "5",
              "grpc-timeout",
              timeout);
      bytes.writeBytes(Http2Bytes.frame(HEADERS, END_HEADERS, stream, head));
      bytes.writeBytes(rest(stream));
      return bytes.toByteArray();
    }
  }

  private static final class Watched implements StreamProtocol {
    private final StreamProtocol protocol =
        new GrpcProtocol(
            GrpcLimits.defaults(),
            RequestMemory.unbounded(),
            FailureStatus.PLAIN,
            GrpcServices.builder().service(new TestEcho()).build());
    private final List<WeakReference<StreamHandler>> handlers = new CopyOnWriteArrayList<>();

    @Override
    public Optional<StreamHandler> handler(Http2Stream stream) {
      var handler = protocol.handler(stream);
      handlers.add(new WeakReference<>(handler.orElseThrow()));
      return handler;
    }

    private boolean isForgotten() {
      System.gc();
      return handlers.stream().allMatch(handler -> handler.get() == null);
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void nothingHoldsIt(Way way) {
    var protocol = new Watched();
    try (var port = Http2Port.builder().protocol(protocol).start();
        var client = RawClient.connect(port.port())) {
      for (int i = 0; i < CALLS; i++) {
        client.bytes(way.call(2 * i + 1));
      }
      assertTrue(client.isAlive());
      Await.until("all have come", () -> protocol.handlers.size() == CALLS);
      Await.until("the places are given back", () -> port.http2().openStreams() == 0);
      Await.until("they are forgotten", protocol::isForgotten);
      assertTrue(client.isAlive());
    }
  }
}
