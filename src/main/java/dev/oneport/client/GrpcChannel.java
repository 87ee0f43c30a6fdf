package dev.oneport.client;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The HTTP/2 connection for gRPC calls, each made once, without retries. It uses grpc-java's OkHttp
 * transport: with its dependencies, it is a quarter of the size of the Netty transport, and it uses
 * the JDK's TLS, so that all three protocols trust the same certificates.
 */
final class GrpcChannel implements AutoCloseable {
  /** Pings tell a dead connection from a quiet one. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(20);

  private static final Duration KEEP_ALIVE_ANSWER = Duration.ofSeconds(10);
  private static final int LONGEST_HEADERS = 64 << 10;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;
  private final Http2Probe probe;

  /**
   * A channel.
   *
   * @param timeout for the probe of a server that did not answer a call
   */
  GrpcChannel(Endpoint endpoint, Trust trust, Duration timeout) {
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
    this.probe = new Http2Probe(endpoint, trust, timeout);
  }

  /** The channel; its next call connects without waiting. */
  Channel channel() {
    // grpc-java also backs off between its connection attempts, for up to two minutes; here
    // RetryRules alone decide how long to wait.
    channel.resetConnectBackoff();
    return channel;
  }

  /**
   * Opens a call without a deadline.
   *
   * @param reached whether the server ever answered
   */
  <Q, R> GrpcStream<Q, R> open(
      MethodDescriptor<Q, R> method, Optional<BearerToken> token, BooleanSupplier reached) {
    var headers = new Metadata();
    token.ifPresent(bearer -> authorize(headers, bearer));
    return GrpcStream.open(
        channel(), method, headers, failure -> explained(failure, reached.getAsBoolean()));
  }

  /** Whether the stub's own metadata has credentials for this call. */
  static boolean authorized(Metadata headers) {
    return headers.containsKey(AUTHORIZATION);
  }

  static void authorize(Metadata headers, BearerToken token) {
    headers.discardAll(AUTHORIZATION);
    headers.put(AUTHORIZATION, token.authorization());
  }

  /**
   * Explains why a server that never answered cannot be reached: grpc-java says little about it, so
   * the probe opens another connection.
   */
  Failure explained(Failure failure, boolean reached) {
    var nobody = failure.status().isEmpty() || failure.problem() == Problem.TIMED_OUT;
    return nobody && !reached && failure.problem() != Problem.TOKEN_UNAVAILABLE
        ? probe.run().orElse(failure)
        : failure;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
