package dev.oneport.access;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;

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
    caller.run(() -> super.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    caller.run(super::onHalfClose);
  }

  @Override
  public void onCancel() {
    call.over();
    caller.run(super::onCancel);
  }

  @Override
  public void onComplete() {
    call.over();
    caller.run(super::onComplete);
  }

  @Override
  public void onReady() {
    caller.run(super::onReady);
  }
}
