package dev.oneport.access;

import io.grpc.Context;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeoutException;

/**
 * Lets the handler's callbacks know their caller, and gives the lease back when the call is over.
 */
final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {
  private final ScopedValue.Carrier caller;
  private final GuardedCall<Q, ?> call;

  GuardedListener(
      ServerCall.Listener<Q> delegate, ScopedValue.Carrier caller, GuardedCall<Q, ?> call) {
    super(delegate);
    this.caller = caller;
    this.call = call;
  }

  @Override
  public void onMessage(Q message) {
    call.received(message);
    hear(() -> super.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    hear(super::onHalfClose);
  }

  @Override
  public void onReady() {
    hear(super::onReady);
  }

  @Override
  public void onCancel() {
    call.over(cause());
    caller.run(super::onCancel);
  }

  @Override
  public void onComplete() {
    call.over(Status.Code.OK);
    caller.run(super::onComplete);
  }

  /** A handler that throws has ended its call: the transport sees to the client. */
  private void hear(Runnable callback) {
    var heard = false;
    try {
      caller.run(callback);
      heard = true;
    } finally {
      if (!heard) {
        call.ended(Status.Code.INTERNAL);
      }
    }
  }

  /** The context knows what the transport told the client, or that the client went away. */
  private static Status.Code cause() {
    var cause = Context.current().cancellationCause();
    if (cause instanceof TimeoutException) {
      return Status.Code.DEADLINE_EXCEEDED;
    }
    return cause instanceof StatusRuntimeException status
        ? status.getStatus().getCode()
        : Status.Code.CANCELLED;
  }
}
