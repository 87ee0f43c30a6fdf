package dev.oneport.access;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;

/**
 * Lets the handler's callbacks know their caller, and ends the call where one of them fails: what
 * the exception says stays here.
 */
final class CallerListener<Q> extends SimpleForwardingServerCallListener<Q> {
  private static final System.Logger LOG = System.getLogger(GrpcGuard.class.getName());

  private final ScopedValue.Carrier caller;
  private final ServerCall<Q, ?> call;

  CallerListener(
      ServerCall.Listener<Q> delegate, ScopedValue.Carrier caller, ServerCall<Q, ?> call) {
    super(delegate);
    this.caller = caller;
    this.call = call;
  }

  @Override
  public void onMessage(Q message) {
    run(() -> super.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    run(super::onHalfClose);
  }

  @Override
  public void onCancel() {
    caller.run(super::onCancel);
  }

  @Override
  public void onComplete() {
    caller.run(super::onComplete);
  }

  @Override
  public void onReady() {
    run(super::onReady);
  }

  private void run(Runnable callback) {
    try {
      caller.run(callback);
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR, call.getMethodDescriptor().getFullMethodName() + " failed", e);
      GrpcProblem.close(call, Reason.INTERNAL);
    }
  }
}
