package dev.oneport.transport.grpc;

import dev.oneport.testing.TestTls;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.http2.Http2Limits;
import dev.oneport.transport.http2.Http2Port;
import dev.oneport.transport.http2.RawClient;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.helidon.webserver.grpc.GrpcRouting;
import java.util.ArrayList;
import java.util.List;

/** A real port with gRPC services on it, and clients for it. */
final class GrpcPort implements AutoCloseable {
  private final Http2Port port;
  private final List<ManagedChannel> channels = new ArrayList<>();

  private GrpcPort(Http2Port port) {
    this.port = port;
  }

  static GrpcPort serving(BindableService... services) {
    var builder = builder();
    for (var service : services) {
      builder.service(service.bindService());
    }
    return builder.start();
  }

  static Builder builder() {
    return new Builder();
  }

  int number() {
    return port.port();
  }

  Http2Port http2() {
    return port;
  }

  RawClient raw() {
    return RawClient.connect(port.port());
  }

  /** A new channel, with a connection of its own. */
  ManagedChannel channel() {
    var channel = TestTls.channel(port.port()).directExecutor().build();
    channels.add(channel);
    return channel;
  }

  long openStreams() {
    return port.http2().openStreams();
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    port.close();
  }

  static final class Builder {
    private final GrpcServices.Builder services = GrpcServices.builder();
    private final GrpcRouting.Builder stock = GrpcRouting.builder();
    private final Http2Port.Builder port = Http2Port.builder();
    private GrpcLimits limits = GrpcLimits.defaults();
    private FailureStatus failures = FailureStatus.PLAIN;

    Builder service(BindableService service) {
      return service(service.bindService());
    }

    Builder service(ServerServiceDefinition service) {
      services.service(service);
      stock.service(service);
      return this;
    }

    Builder intercept(ServerInterceptor interceptor) {
      services.intercept(interceptor);
      stock.intercept(interceptor);
      return this;
    }

    Builder limits(GrpcLimits changed) {
      limits = changed;
      return this;
    }

    Builder limits(Http2Limits changed) {
      port.limits(changed);
      return this;
    }

    Builder failures(FailureStatus changed) {
      failures = changed;
      return this;
    }

    Http2Port.Builder port() {
      return port;
    }

    GrpcPort start() {
      return new GrpcPort(
          port.grpc(stock)
              .protocol(
                  new GrpcProtocol(limits, RequestMemory.unbounded(), failures, services.build()))
              .start());
    }
  }
}
