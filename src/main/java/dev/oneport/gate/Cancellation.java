package dev.oneport.gate;

import dev.oneport.transport.calls.CallFailure;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * Why a call ended before its handler closed it.
 *
 * @param code what the transport told the client; CANCELLED if the client went away
 * @param mistake the client's mistake, if that ended the call
 */
record Cancellation(Status.Code code, Optional<CallFailure> mistake) {
  private static final Cancellation CLIENT_GONE =
      new Cancellation(Status.Code.CANCELLED, Optional.empty());

  /** The cancellation of the current context, which must be the call's. */
  static Cancellation current() {
    return switch (Context.current().cancellationCause()) {
      case TimeoutException _ -> new Cancellation(Status.Code.DEADLINE_EXCEEDED, Optional.empty());
      case StatusRuntimeException told -> of(told.getStatus());
      case null, default -> CLIENT_GONE;
    };
  }

  private static Cancellation of(Status status) {
    return new Cancellation(
        status.getCode(),
        status.getCause() instanceof CallFailure mistake ? Optional.of(mistake) : Optional.empty());
  }
}
