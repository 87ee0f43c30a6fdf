package dev.oneport.transport.http2.client;

import dev.oneport.transport.RequestMemory;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcLimits;
import dev.oneport.transport.grpc.GrpcProtocol;
import dev.oneport.transport.grpc.GrpcServices;
import dev.oneport.transport.http2.Http2Limits;
import dev.oneport.transport.http2.Http2Port;
import io.grpc.InsecureServerCredentials;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A real server with a gRPC service of bytes: grpc-java on Netty, or this port. */
enum Peer {
  NETTY {
    @Override
    Running start(ServerServiceDefinition service, int maxStreams) {
      var builder =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  InsecureServerCredentials.create())
              .maxConcurrentCallsPerConnection(maxStreams)
              .maxInboundMessageSize(16 << 20)
              .addService(service);
      try {
        var server = builder.build().start();
        return new Running(server.getPort(), server::shutdown, server::shutdownNow);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  },
  OWN {
    @Override
    Running start(ServerServiceDefinition service, int maxStreams) {
      var port =
          Http2Port.builder()
              .limits(Http2Limits.defaults().withMaxConcurrentStreams(maxStreams))
              .protocol(
                  new GrpcProtocol(
                      new GrpcLimits(16 << 20, 16 << 20),
                      RequestMemory.unbounded(),
                      FailureStatus.PLAIN,
                      GrpcServices.builder().service(service).build()))
              .start();
      return new Running(port.port(), () -> port.http2().drain(), port::close);
    }
  };

  abstract Running start(ServerServiceDefinition service, int maxStreams);

  record Running(int port, Runnable drain, Runnable stop) implements AutoCloseable {
    @Override
    public void close() {
      stop.run();
    }
  }
}
