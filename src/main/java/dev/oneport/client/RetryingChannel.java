package dev.oneport.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.time.Duration;

/** A channel for stubs: its calls carry a token, and are retried by {@link RetryRules}. */
final class RetryingChannel extends Channel {
  private final GrpcChannel channel;
  private final Retries retries;
  private final Duration timeout;

  /**
   * A channel.
   *
   * @param timeout for each try of a unary call that has no deadline
   */
  RetryingChannel(GrpcChannel channel, Retries retries, Duration timeout) {
    this.channel = channel;
    this.retries = retries;
    this.timeout = timeout;
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return new RetryingCall<>(channel, retries, timeout, method, options);
  }

  @Override
  public String authority() {
    return channel.channel().authority();
  }
}
