package dev.oneport.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP/2 connection of gRPC calls. It is grpc-java's OkHttp transport: a quarter of the Netty
 * one's size with all that it needs, and TLS by the JDK, so that trust is one thing on all three
 * protocols.
 */
final class GrpcChannel implements AutoCloseable {
  /** Pings tell a connection that is dead from one that is quiet. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

  private static final Duration KEEP_ALIVE_ANSWER = Duration.ofSeconds(10);
  private static final int LONGEST_HEADERS = 64 << 10;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;

  GrpcChannel(Endpoint endpoint, Trust trust) {
    var builder =
        OkHttpChannelBuilder.forAddress(endpoint.host(), endpoint.port())
            .userAgent("oneport")
            .maxInboundMetadataSize(LONGEST_HEADERS)
            .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_ANSWER.toSeconds(), TimeUnit.SECONDS);
    this.channel =
        endpoint.secure()
            ? builder.sslSocketFactory(trust.context().getSocketFactory()).build()
            : builder.usePlaintext().build();
  }

  /** Calls that wait for nothing longer than this. */
  <Q, R> GrpcStream<Q, R> open(
      MethodDescriptor<Q, R> method, Optional<BearerToken> token, CallOptions options) {
    // The channel waits between its tries too, for up to two minutes; the rules here know better.
    channel.resetConnectBackoff();
    return GrpcStream.open(channel, method, options, headers(token));
  }

  /** For stubs; calls through it carry no token of their own accord. */
  Channel channel() {
    return channel;
  }

  static Metadata headers(Optional<BearerToken> token) {
    var headers = new Metadata();
    token.ifPresent(bearer -> headers.put(AUTHORIZATION, bearer.authorization()));
    return headers;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
