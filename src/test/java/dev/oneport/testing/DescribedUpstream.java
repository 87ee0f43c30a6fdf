package dev.oneport.testing;

import dev.oneport.sample.proto.EchoGrpc;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.sample.proto.PongResult;
import dev.oneport.sample.proto.Tick;
import dev.oneport.sample.proto.WatchRequest;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A gRPC server to forward to: Echo, beside services that may describe it. */
public final class DescribedUpstream implements AutoCloseable {
  private final List<String> called = new CopyOnWriteArrayList<>();
  private final List<Metadata> headers = new CopyOnWriteArrayList<>();
  private final Server server;

  private DescribedUpstream(int port, BindableService... others) {
    var builder =
        NettyServerBuilder.forAddress(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
            InsecureServerCredentials.create());
    builder.addService(ServerInterceptors.intercept(new Echo(), new Recorder()));
    for (var other : others) {
      builder.addService(other);
    }
    try {
      server = builder.build().start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  public static DescribedUpstream start(BindableService... others) {
    return new DescribedUpstream(0, others);
  }

  public static DescribedUpstream startAt(int port, BindableService... others) {
    return new DescribedUpstream(port, others);
  }

  public int port() {
    return server.getPort();
  }

  /** The full names of the methods of Echo that were called. */
  public List<String> called() {
    return called;
  }

  /** What the upstream got of each call of Echo. */
  public List<Metadata> headers() {
    return headers;
  }

  @Override
  public void close() {
    try {
      server.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Recorder implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
      called.add(call.getMethodDescriptor().getFullMethodName());
      headers.add(metadata);
      return next.startCall(call, metadata);
    }
  }

  private static final class Echo extends EchoGrpc.EchoImplBase {
    @Override
    public void ping(PingRequest request, StreamObserver<PongResult> answer) {
      if (request.getMessage().equals("fail")) {
        answer.onError(Status.ABORTED.withDescription("as asked").asRuntimeException());
        return;
      }
      answer.onNext(PongResult.newBuilder().setMessage(request.getMessage()).build());
      answer.onCompleted();
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<Tick> answer) {
      for (int i = 1; i <= request.getCount(); i++) {
        answer.onNext(Tick.newBuilder().setNumber(i).setMessage(request.getMessage()).build());
      }
      if (request.getMessage().equals("fail")) {
        answer.onError(Status.ABORTED.withDescription("as asked").asRuntimeException());
      } else {
        answer.onCompleted();
      }
    }
  }
}
