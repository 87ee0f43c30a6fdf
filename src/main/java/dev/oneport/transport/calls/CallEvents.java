package dev.oneport.transport.calls;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Starts a call's handler and delivers events to its listener, one per turn of the call. */
final class CallEvents<Q, R> {
  /** The listener of a call whose handler has not started. */
  private static final ServerCall.Listener<?> IGNORING = new ServerCall.Listener<>() {};

  private final Call<Q, R> call;
  private final Wire wire;
  private final CallMethod<Q, R> method;
  private boolean messageReceived;
  private @Nullable RefusedCall refusal;

  @SuppressWarnings("unchecked") // accepts any message
  private ServerCall.Listener<Q> listener = (ServerCall.Listener<Q>) IGNORING;

  CallEvents(Call<Q, R> call, Wire wire, CallMethod<Q, R> method) {
    this.call = call;
    this.wire = wire;
    this.method = method;
  }

  void refuse(RefusedCall refused) {
    refusal = refused;
  }

  void start() {
    var refused = refusal;
    if (refused != null) {
      RefusalHandler.refuse(method.innermost(), call, refused);
      return;
    }
    Metadata headers;
    try {
      headers = wire.headers();
    } catch (CallFailure e) {
      RefusalHandler.refuse(method.innermost(), call, call.refusal(e));
      return;
    }
    var started = method.handler().startCall(call, headers);
    if (started == null) {
      throw new IllegalStateException("startCall returned no listener");
    }
    listener = started;
  }

  void ready() {
    if (call.isOpen()) {
      listener.onReady();
    }
  }

  void message(InputStream message) {
    if (call.isOpen()) {
      if (messageReceived && takesOne()) {
        throw new CallFailure(GrpcFailure.NOT_ONE_MESSAGE, "a second message");
      }
      messageReceived = true;
      call.messageSize(method.codec().size(message));
      listener.onMessage(method.codec().request(message));
    }
  }

  void halfClose() {
    if (call.isOpen()) {
      if (!messageReceived && takesOne()) {
        throw new CallFailure(GrpcFailure.NOT_ONE_MESSAGE, "no message");
      }
      listener.onHalfClose();
    }
  }

  private boolean takesOne() {
    return method.descriptor().getType().clientSendsOneMessage();
  }

  void complete() {
    listener.onComplete();
  }

  void cancel() {
    listener.onCancel();
  }
}
