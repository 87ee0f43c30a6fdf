package dev.oneport.testing;

import com.google.rpc.ErrorInfo;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Calls over gRPC with grpc-java's Netty client. */
public final class GrpcProbe implements Client {
  private static final int SECONDS = 10;

  private final ManagedChannel channel;
  private final boolean streaming;

  public GrpcProbe(int port, boolean streaming) {
    this.channel = TestTls.channel(port).build();
    this.streaming = streaming;
  }

  @Override
  public Reply call(String name, List<HeaderField> headers) throws Exception {
    var metadata = new Metadata();
    headers.forEach(
        header ->
            metadata.put(
                Metadata.Key.of(header.name(), Metadata.ASCII_STRING_MARSHALLER), header.value()));
    var intercepted =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    try {
      if (streaming) {
        stream(intercepted, name);
      } else {
        ClientCalls.blockingUnaryCall(intercepted, ProbeService.unary(name), options(), "hi");
      }
      return new Reply(Reply.OK, "OK", "");
    } catch (StatusRuntimeException e) {
      return reply(e);
    }
  }

  /** Calls a unary method by its full name, without a token, and returns the status. */
  public String call(String method) {
    return call(method, new Metadata());
  }

  /** Calls a unary method by its full name with an empty message, and returns the status. */
  public String call(String method, String token) {
    var metadata = new Metadata();
    metadata.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    return call(method, metadata);
  }

  /** Calls a unary method by its full name with these headers, and returns the status. */
  public String callWith(String method, List<HeaderField> headers) {
    var metadata = new Metadata();
    headers.forEach(
        header ->
            metadata.put(
                Metadata.Key.of(header.name(), Metadata.ASCII_STRING_MARSHALLER), header.value()));
    return call(method, metadata);
  }

  private String call(String method, Metadata metadata) {
    var intercepted =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
    try {
      ClientCalls.blockingUnaryCall(
          intercepted, ProbeService.method(method, MethodType.UNARY), options(), "");
      return "OK";
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    }
  }

  private static Reply reply(StatusRuntimeException error) throws Exception {
    var status = StatusProto.fromThrowable(error);
    if (status == null || status.getDetailsCount() == 0) {
      return new Reply("no details: " + error.getStatus(), error.getStatus().getCode().name(), "");
    }
    var info = status.getDetails(0).unpack(ErrorInfo.class);
    return new Reply(info.getReason(), error.getStatus().getCode().name(), info.getDomain());
  }

  private static void stream(Channel channel, String name) throws Exception {
    var done = new CompletableFuture<Void>();
    var requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(ProbeService.stream(name), options()),
            new StreamObserver<String>() {
              @Override
              public void onNext(String message) {}

              @Override
              public void onError(Throwable error) {
                done.completeExceptionally(error);
              }

              @Override
              public void onCompleted() {
                done.complete(null);
              }
            });
    try {
      requests.onNext("hi");
      requests.onCompleted();
    } catch (IllegalStateException e) {
      // The server refused before everything was sent; the future has its answer.
    }
    try {
      done.get(SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw (Exception) e.getCause();
    }
  }

  private static CallOptions options() {
    return CallOptions.DEFAULT.withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
