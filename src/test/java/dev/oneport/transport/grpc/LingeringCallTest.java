package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.Http2Limits;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What interceptors do after the answer takes no place of those that the client was promised. */
final class LingeringCallTest {
  enum Where {
    IN_CLOSE,
    IN_ON_COMPLETE
  }

  @ParameterizedTest
  @EnumSource(Where.class)
  void interceptorsThatWorkAfterTheAnswerTakeNoPlaces(Where where) {
    var release = new CountDownLatch(1);
    var lingering = new AtomicInteger();
    var limits = Http2Limits.defaults().withMaxConcurrentStreams(10);
    try (var port =
        GrpcPort.builder()
            .limits(limits)
            .intercept(new Slow(where, release, lingering))
            .service(new TestEcho())
            .start()) {
      var echo = EchoGrpc.newBlockingStub(port.channel());
      for (int i = 0; i < 200; i++) {
        assertEquals("pong", echo.ping(PingRequest.getDefaultInstance()).getMessage());
      }
      Await.until("all interceptors are at work", () -> lingering.get() == 200);
      release.countDown();
      Await.until("all are over", () -> port.openStreams() == 0);
    }
  }

  private record Slow(Where where, CountDownLatch release, AtomicInteger lingering)
      implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
      var slow =
          new SimpleForwardingServerCall<Q, R>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
              super.close(status, trailers);
              work(Where.IN_CLOSE);
            }
          };
      return new SimpleForwardingServerCallListener<>(next.startCall(slow, headers)) {
        @Override
        public void onComplete() {
          work(Where.IN_ON_COMPLETE);
          super.onComplete();
        }
      };
    }

    private void work(Where now) {
      if (now == where) {
        lingering.incrementAndGet();
        try {
          release.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
