package dev.oneport.gateway;

import dev.oneport.api.Reason;
import dev.oneport.gate.FailedCall;
import dev.oneport.gateway.standing.RestingUpstream;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The failure of a call, for the client and the audit, that an upstream's failure causes. */
final class UpstreamFailure {
  private UpstreamFailure() {}

  /** A call that an upstream did not answer; the detail has the kind of the failure. */
  static FailedCall of(Upstream upstream, Reason reason, IOException failure) {
    return new FailedCall(reason, upstream.name() + ": " + failure, retryAfter(failure));
  }

  /** A call that was not sent. */
  static FailedCall unreachable(Upstream upstream, Exception failure) {
    return new FailedCall(
        Reason.UPSTREAM_UNAVAILABLE,
        upstream.name() + ": " + failure.getMessage(),
        retryAfter(failure));
  }

  private static Optional<Duration> retryAfter(Exception failure) {
    return failure instanceof RestingUpstream resting
        ? Optional.of(resting.retryAfter())
        : Optional.empty();
  }
}
