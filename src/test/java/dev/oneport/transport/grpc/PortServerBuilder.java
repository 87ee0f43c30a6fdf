package dev.oneport.transport.grpc;

import com.google.errorprone.annotations.DoNotCall;
import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.http2.Http2Port;
import io.grpc.BindableService;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.HandlerRegistry;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.helidon.webserver.grpc.GrpcRouting;
import java.io.File;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Lets test suites written for grpc-java's servers run against a real port of this one. */
final class PortServerBuilder extends ServerBuilder<PortServerBuilder> {
  private final GrpcServices.Builder services = GrpcServices.builder();
  private final GrpcRouting.Builder stock = GrpcRouting.builder();
  private final GrpcLimits limits;
  private @Nullable Http2Port port;

  PortServerBuilder(GrpcLimits limits) {
    this.limits = limits;
  }

  @DoNotCall
  public static PortServerBuilder forPort(int port) {
    throw new UnsupportedOperationException("ports are chosen by the system, not " + port);
  }

  @Override
  public PortServerBuilder addService(ServerServiceDefinition service) {
    services.service(service);
    stock.service(service);
    return this;
  }

  @Override
  public PortServerBuilder addService(BindableService service) {
    return addService(service.bindService());
  }

  @Override
  public PortServerBuilder addStreamTracerFactory(ServerStreamTracer.Factory factory) {
    return this;
  }

  @Override
  public PortServerBuilder directExecutor() {
    return this;
  }

  @Override
  public PortServerBuilder executor(@Nullable Executor executor) {
    return this;
  }

  @Override
  public PortServerBuilder fallbackHandlerRegistry(@Nullable HandlerRegistry registry) {
    return this;
  }

  @Override
  public PortServerBuilder useTransportSecurity(File chain, File key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public PortServerBuilder decompressorRegistry(@Nullable DecompressorRegistry registry) {
    return this;
  }

  @Override
  public PortServerBuilder compressorRegistry(@Nullable CompressorRegistry registry) {
    return this;
  }

  @Override
  public Server build() {
    throw new UnsupportedOperationException("start() starts it");
  }

  void start() {
    port =
        Http2Port.builder()
            .protocol(
                new GrpcProtocol(
                    limits, RequestMemory.unbounded(), FailureStatus.PLAIN, services.build()))
            .grpc(stock)
            .start();
  }

  void stop() {
    if (port != null) {
      port.close();
    }
  }

  /** Of the server that was started last. */
  int port() {
    return port == null ? -1 : port.port();
  }
}
