package dev.oneport.transport.calls;

import io.grpc.Attributes;
import io.grpc.CompressorRegistry;
import io.grpc.Context;
import io.grpc.InternalStatus;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call as its interceptors and its handler see it. The first cause that ends it wins;
 * everything that the handler does afterwards is ignored.
 */
public final class Call<Q, R> extends ServerCall<Q, R> implements CallControl {
  private static final Status CLIENT_GONE = Status.CANCELLED.withDescription("the client has gone");

  private enum State {
    OPEN,
    /** The handler has closed the call, but the client has not yet received the whole answer. */
    FINISHING,
    OVER
  }

  private final Wire wire;
  private final CallMethod<Q, R> method;
  private final FailureStatus failures;
  private final CallEvents<Q, R> events;
  private final CallLoop loop;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
  private volatile boolean cancelled;
  private boolean headersSent;
  private boolean messageSent;
  private int messageSize = -1;
  private @Nullable Attributes attributes;

  /** A call that begins with the first turn of its {@link #loop}. */
  public Call(
      Wire wire,
      CallMethod<Q, R> method,
      Context.CancellableContext context,
      FailureStatus failures) {
    this.wire = wire;
    this.method = method;
    this.failures = failures;
    this.events = new CallEvents<>(this, wire, method);
    this.loop = new CallLoop(wire, context, this, events);
  }

  public CallLoop loop() {
    return loop;
  }

  boolean isOpen() {
    return state.get() == State.OPEN;
  }

  private boolean isSingle() {
    return method.descriptor().getType().serverSendsOneMessage();
  }

  // Methods for the handler.

  @Override
  public void request(int count) {
    if (count <= 0) {
      throw new IllegalArgumentException("requested messages: " + count);
    }
    loop.request(count);
  }

  @Override
  public void sendHeaders(Metadata headers) {
    if (isOpen()) {
      checkState(!headersSent, "sendHeaders has already been called");
      headersSent = true;
      wire.head(headers);
    }
  }

  @Override
  public void sendMessage(R message) {
    if (!isOpen()) {
      return;
    }
    checkState(headersSent, "sendHeaders has not been called");
    checkState(!messageSent || !isSingle(), "a second answer to a call that has one");
    messageSent = true;
    if (!wire.message(method.codec().response(message))) {
      // The handler's own thread reports the end too: a handler that keeps sending may leave no
      // processor to the threads that would report it.
      lost();
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (status.isOk() && isSingle() && !messageSent && isOpen()) {
      failed(new IllegalStateException("a call that needs an answer was closed without one"));
    } else if (state.compareAndSet(State.OPEN, State.FINISHING)) {
      finish(status, trailers);
    }
  }

  private void finish(Status status, Metadata trailers) {
    try {
      wire.finish(status, trailers);
    } catch (Throwable e) {
      // Such as trailers that cannot be written: the client must not wait for its deadline.
      state.set(State.OVER);
      cut(GrpcFailure.HANDLER_FAILED.status().withCause(e), new Metadata());
      throw e;
    }
  }

  @Override
  public boolean isReady() {
    return isOpen() && wire.isWritable();
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void setCompression(String name) {
    checkState(!headersSent, "sendHeaders has been called");
    var compressor = CompressorRegistry.getDefaultInstance().lookupCompressor(name);
    if (compressor == null) {
      throw new IllegalArgumentException("no compressor of that name: " + name);
    }
    wire.compressor(compressor);
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    wire.compressing(enabled);
  }

  @Override
  public MethodDescriptor<Q, R> getMethodDescriptor() {
    return method.descriptor();
  }

  @Override
  public String getAuthority() {
    return wire.authority();
  }

  @Override
  public SecurityLevel getSecurityLevel() {
    return wire.isSecure() ? SecurityLevel.PRIVACY_AND_INTEGRITY : SecurityLevel.NONE;
  }

  @Override
  public Attributes getAttributes() {
    var known = attributes;
    if (known == null) {
      known = wire.attributes().set(KEY, this).build();
      attributes = known;
    }
    return known;
  }

  private static void checkState(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }

  @Override
  public boolean requestArrived() {
    return wire.requestArrived();
  }

  @Override
  public boolean requestDelivered() {
    return wire.requestRead();
  }

  @Override
  public void gather() {
    wire.gather();
  }

  // Methods that end the call from outside its handler.

  @Override
  public boolean end(Status status, Metadata trailers) {
    if (state.compareAndSet(State.OPEN, State.OVER)) {
      cut(status, trailers);
      return true;
    }
    // An answer may wait long for its client; a partial response cannot carry a status now.
    return state.get() == State.FINISHING && wire.abort();
  }

  private void cut(Status status, Metadata trailers) {
    boolean written = false;
    try {
      wire.cut(status, trailers);
      written = true;
    } finally {
      if (!written) {
        abandon();
      }
    }
  }

  /** The call cannot go on, and nothing more can be said of it. */
  void abandon() {
    state.set(State.OVER);
    try {
      cancel(CLIENT_GONE);
    } finally {
      wire.abort();
      wire.drop();
    }
  }

  /** The size of the message that the listener gets next. */
  void messageSize(int size) {
    messageSize = size;
  }

  @Override
  public int messageSize() {
    return messageSize;
  }

  /** Ends the call because of a failure in the transport. */
  public void fail(GrpcFailure failure) {
    fail(failure, null);
  }

  /** The cause stays on this side. */
  private void fail(GrpcFailure failure, @Nullable Throwable cause) {
    var told = failures.orPlain(failure);
    end(
        told.getStatus().withCause(cause),
        Objects.requireNonNullElseGet(told.getTrailers(), Metadata::new));
  }

  /** The client is gone, or its connection is about to end. */
  public void lost() {
    if (state.compareAndSet(State.OPEN, State.OVER)) {
      cancel(CLIENT_GONE);
      wire.drop();
    }
  }

  /** The request is incomplete; the connection reports that to the client without the call. */
  public void broken(CallFailure mistake) {
    if (state.compareAndSet(State.OPEN, State.OVER)) {
      cancel(mistake.failure().status().withCause(mistake));
      wire.drop();
    }
  }

  /** The client sent an invalid message, or the handler or an interceptor threw. */
  void failed(Throwable failure) {
    var reason = FailureLog.write(method.descriptor(), failure, cancelled);
    if (isOpen()) {
      fail(reason, failure);
    }
  }

  // Methods for the wire.

  /**
   * The response has ended: as the handler requested, if true; otherwise because the client is
   * gone.
   */
  public void finished(boolean told) {
    state.set(State.OVER);
    if (told) {
      loop.complete();
    } else {
      cancel(CLIENT_GONE);
    }
  }

  /** The call ended before its handler closed it. */
  public void cancel(Status status) {
    cancelled = true;
    // A stack trace through the transport would not help.
    loop.cancel(InternalStatus.asRuntimeExceptionWithoutStacktrace(status, null));
  }

  /** Interrupts a handler that is still busy with this call after it was cancelled. */
  public void interrupt() {
    loop.interrupt();
  }

  // Methods to call before the call begins.

  /** Refuses the call as soon as it begins, with the failure's status. */
  public void refuse(CallFailure failure) {
    events.refuse(refusal(failure));
  }

  /** Refuses the call as soon as it begins. */
  public void refuse(StatusException told, String detail) {
    events.refuse(new RefusedCall(told, detail, wire.texts()));
  }

  RefusedCall refusal(CallFailure failure) {
    FailureLog.write(method.descriptor(), failure, cancelled);
    var detail = Objects.requireNonNullElse(failure.getMessage(), "");
    return new RefusedCall(failures.orPlain(failure.failure()), detail, wire.texts());
  }
}
