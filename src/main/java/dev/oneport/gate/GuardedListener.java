package dev.oneport.gate;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;
import io.grpc.Status;

/**
 * Runs the handler's callbacks with their caller and trace, and closes the admission when the call
 * has ended.
 */
final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {
  private final CallScope scope;
  private final GuardedCall<Q, ?> call;

  GuardedListener(ServerCall.Listener<Q> delegate, CallScope scope, GuardedCall<Q, ?> call) {
    super(delegate);
    this.scope = scope;
    this.call = call;
  }

  @Override
  public void onMessage(Q message) {
    if (call.received(message)) {
      deliver(() -> super.onMessage(message));
    }
  }

  @Override
  public void onHalfClose() {
    call.halfClosed();
    deliver(super::onHalfClose);
  }

  @Override
  public void onReady() {
    deliver(super::onReady);
  }

  @Override
  public void onCancel() {
    call.cancelled(Cancellation.current());
    scope.run(super::onCancel);
  }

  @Override
  public void onComplete() {
    call.completed();
    scope.run(super::onComplete);
  }

  /**
   * A handler that throws ends its call; if its exception is not mapped, the transport answers the
   * client. An exception thrown because the call had already ended is not the outcome, which the
   * listener is about to get.
   */
  private void deliver(Runnable callback) {
    try {
      scope.run(callback);
    } catch (Throwable e) {
      if (call.failed(e)) {
        return;
      }
      if (!call.isCancelled()) {
        call.ended(Status.Code.INTERNAL);
      }
      throw e;
    }
  }
}
