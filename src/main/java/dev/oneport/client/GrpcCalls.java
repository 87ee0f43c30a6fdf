package dev.oneport.client;

import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Makes gRPC calls, again where the rules say so. */
final class GrpcCalls {
  private final GrpcChannel channel;
  private final Retries retries;
  private final Http2Probe probe;
  private final Duration timeout;

  /**
   * Calls.
   *
   * @param timeout for each try of a unary call
   */
  GrpcCalls(GrpcChannel channel, Retries retries, Http2Probe probe, Duration timeout) {
    this.channel = channel;
    this.retries = retries;
    this.probe = probe;
    this.timeout = timeout;
  }

  /** Makes a call, whatever its kind, as often as it takes. */
  <T> T run(boolean repeatable, Retries.Call<T> call) throws InterruptedException {
    return retries.run(
        repeatable,
        attempt -> {
          try {
            return call.make(attempt);
          } catch (CallFailed e) {
            throw explained(e);
          }
        });
  }

  <Q, R> R unary(MethodDescriptor<Q, R> method, Q request, boolean repeatable)
      throws InterruptedException {
    return run(
        repeatable,
        attempt -> {
          try (var stream = open(method, attempt.token(), deadline())) {
            stream.send(request);
            stream.finish();
            return only(stream);
          }
        });
  }

  /** Opens a stream that has no deadline. */
  <Q, R> GrpcStream<Q, R> open(MethodDescriptor<Q, R> method, Optional<BearerToken> token) {
    return open(method, token, CallOptions.DEFAULT);
  }

  /** The one message of a call that answers once. */
  <Q, R> R only(GrpcStream<Q, R> stream) throws InterruptedException {
    return switch (stream.receive(timeout)) {
      case Got<R>(var answer) ->
          // The status after it counts too.
          switch (stream.receive(timeout)) {
            case Got<R> _ ->
                throw CallFailed.of(Problem.SERVER_FAILED, "the call has several answers");
            case Quiet<R> _ -> throw CallFailed.of(Problem.TIMED_OUT, "the call does not end");
            case Ended<R> _ -> answer;
          };
      case Quiet<R>() -> throw CallFailed.of(Problem.TIMED_OUT, "");
      case Ended<R>() -> throw CallFailed.of(Problem.SERVER_FAILED, "the call has no answer");
    };
  }

  private <Q, R> GrpcStream<Q, R> open(
      MethodDescriptor<Q, R> method, Optional<BearerToken> token, CallOptions options) {
    return channel.open(method, token, options);
  }

  private CallOptions deadline() {
    return CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * What a server that never answered is like: the library says little of it, so the connection is
   * made once more and looked at.
   */
  private CallFailed explained(CallFailed failed) {
    var failure = failed.failure();
    var nobody = failure.status().isEmpty() || failure.problem() == Problem.TIMED_OUT;
    return nobody && !retries.reached() && failure.problem() != Problem.TOKEN_UNAVAILABLE
        ? probe.look().map(CallFailed::new).orElse(failed)
        : failed;
  }
}
