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
 * The HTTP/2 connection of gRPC calls, which are made once each. It is grpc-java's OkHttp
 * transport: a quarter of the Netty one's size with all that it needs, and TLS by the JDK, so that
 * all three protocols trust the same certificates.
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
   * @param timeout for the look at a server that did not answer a call
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

  /** The channel, ready to connect at once. */
  Channel channel() {
    // It waits between its own tries too, for up to two minutes; RetryRules decide about that.
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

  /** Whether the caller gave credentials for this call alone. */
  static boolean authorized(Metadata headers) {
    return headers.containsKey(AUTHORIZATION);
  }

  static void authorize(Metadata headers, BearerToken token) {
    headers.discardAll(AUTHORIZATION);
    headers.put(AUTHORIZATION, token.authorization());
  }

  /**
   * Explains a failure to reach a server that never answered: grpc-java says little about it, so
   * another connection is made and examined.
   */
  Failure explained(Failure failure, boolean reached) {
    var nobody = failure.status().isEmpty() || failure.problem() == Problem.TIMED_OUT;
    return nobody && !reached && failure.problem() != Problem.TOKEN_UNAVAILABLE
        ? probe.look().orElse(failure)
        : failure;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
