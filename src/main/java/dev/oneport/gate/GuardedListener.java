package dev.oneport.gate;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;
import io.grpc.Status;

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
    call.cancelled(Cancellation.current());
    caller.run(super::onCancel);
  }

  @Override
  public void onComplete() {
    call.over(Status.Code.OK);
    caller.run(super::onComplete);
  }

  /**
   * A handler that throws has ended its call. Where nothing is said about its exception the
   * transport sees to the client. What it throws because the call is over says nothing of how that
   * came to be; the listener hears of that in a moment.
   */
  private void hear(Runnable callback) {
    try {
      caller.run(callback);
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
