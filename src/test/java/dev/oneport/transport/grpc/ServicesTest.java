package dev.oneport.transport.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.http2.Http2Port;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.helidon.webserver.grpc.GrpcRouting;
import io.helidon.webserver.grpc.GrpcServiceDescriptor;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Services come as grpc-java's or as Helidon's, and interceptors run in their order. */
final class ServicesTest {
  private final List<String> order = new CopyOnWriteArrayList<>();

  @Test
  void healthCanBeAskedAndWatched() throws InterruptedException {
    var health = new HealthStatusManager();
    health.setStatus("Echo", ServingStatus.SERVING);
    try (var port = GrpcPort.builder().service(health.getHealthService()).start()) {
      var channel = port.channel();
      var request = HealthCheckRequest.newBuilder().setService("Echo").build();
      var answer = HealthGrpc.newBlockingStub(channel).check(request);
      assertEquals(ServingStatus.SERVING, answer.getStatus());
      var seen = new LinkedBlockingQueue<HealthCheckResponse>();
      HealthGrpc.newStub(channel).watch(request, into(seen));
      assertEquals(answer, seen.poll(10, TimeUnit.SECONDS));
      health.setStatus("Echo", ServingStatus.NOT_SERVING);
      var changed = seen.poll(10, TimeUnit.SECONDS);
      assertTrue(changed != null && changed.getStatus() == ServingStatus.NOT_SERVING);
    }
  }

  @Test
  @SuppressWarnings("deprecation") // the older version is what many tools still ask for
  void reflectionShowsTheServicesInBothItsVersions() throws InterruptedException {
    try (var port =
        GrpcPort.builder()
            .service(new TestEcho())
            .service(ProtoReflectionServiceV1.newInstance())
            .service(ProtoReflectionService.newInstance())
            .start()) {
      var method = ServerReflectionGrpc.getServerReflectionInfoMethod();
      var alpha = method.toBuilder();
      alpha.setFullMethodName("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
      for (var version : List.of(method, alpha.build())) {
        var seen = new LinkedBlockingQueue<ServerReflectionResponse>();
        var call = port.channel().newCall(version, CallOptions.DEFAULT);
        var requests = ClientCalls.asyncBidiStreamingCall(call, into(seen));
        requests.onNext(
            ServerReflectionRequest.newBuilder().setFileContainingSymbol("Echo").build());
        requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
        requests.onCompleted();
        var file = seen.poll(10, TimeUnit.SECONDS);
        assertTrue(file != null && file.hasFileDescriptorResponse(), () -> "answer: " + file);
        var list = seen.poll(10, TimeUnit.SECONDS);
        assertTrue(list != null && list.toString().contains("\"Echo\""), () -> "answer: " + list);
      }
    }
  }

  @Test
  void helidonsRoutingIsServedWithItsInterceptorsByWeight() {
    var routing =
        GrpcRouting.builder()
            .intercept(100, noting("light"))
            .intercept(900, noting("heavy"))
            .service(
                GrpcServiceDescriptor.builder(new TestEcho())
                    .intercept(500, noting("service"))
                    .build())
            .build();
    var services = GrpcServices.builder().intercept(noting("ours")).routing(routing).build();
    var protocol =
        new GrpcProtocol(
            GrpcLimits.defaults(), RequestMemory.unbounded(), FailureStatus.PLAIN, services);
    try (var port = Http2Port.builder().protocol(protocol).start()) {
      var channel = TestTls.channel(port.port()).build();
      var pong = EchoGrpc.newBlockingStub(channel).ping(PingRequest.getDefaultInstance());
      channel.shutdownNow();
      assertEquals("pong", pong.getMessage());
      assertEquals(List.of("ours", "heavy", "service", "light"), order);
    }
  }

  @Test
  void interceptorsRunFromTheOutsideInAndOnlyAroundWhatComesAfterThem() {
    try (var port =
        GrpcPort.builder()
            .intercept(noting("first"))
            .intercept(noting("second"))
            .service(new TestEcho())
            .start()) {
      var _ = EchoGrpc.newBlockingStub(port.channel()).ping(PingRequest.getDefaultInstance());
      assertEquals(List.of("first", "second"), order);
    }
  }

  @Test
  void twoServicesWithOneNameAreRefused() {
    var services = GrpcServices.builder().service(new TestEcho());
    assertThrows(IllegalArgumentException.class, () -> services.service(new TestEcho()));
  }

  private ServerInterceptor noting(String name) {
    return new ServerInterceptor() {
      @Override
      public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
          ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
        order.add(name);
        return next.startCall(call, headers);
      }
    };
  }

  private static <T> StreamObserver<T> into(BlockingQueue<T> queue) {
    return new StreamObserver<>() {
      @Override
      public void onNext(T value) {
        queue.add(value);
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {}
    };
  }
}
