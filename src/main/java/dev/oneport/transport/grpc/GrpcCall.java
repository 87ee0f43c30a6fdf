package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.grpc.Attributes;
import io.grpc.CompressorRegistry;
import io.grpc.Context;
import io.grpc.InternalStatus;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One call as its interceptors and its handler see it. Of all that end it the first wins; what the
 * handler does afterwards is ignored.
 */
final class GrpcCall<ReqT, RespT> extends ServerCall<ReqT, RespT>
    implements CallControl, CallEvents {
  private static final Status CLIENT_GONE = Status.CANCELLED.withDescription("the client has gone");

  private enum State {
    OPEN,
    /** Its handler has closed it, and the client has not yet got all of the answer. */
    FINISHING,
    OVER
  }

  private final Http2Stream stream;
  private final GrpcMethod<ReqT, RespT> method;
  private final FailureStatus failures;
  private final GrpcResponse response;
  private final CallLoop loop;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
  private volatile boolean cancelled;
  private boolean headersSent;
  private boolean messageSent;
  private boolean messageReceived;
  private @Nullable Attributes attributes;
  private @Nullable CallFailure refusal;
  private Listener<ReqT> listener = new Listener<>() {};

  GrpcCall(
      Http2Stream stream,
      GrpcMethod<ReqT, RespT> method,
      MessageReader reader,
      Context.CancellableContext context,
      FailureStatus failures) {
    this.stream = stream;
    this.method = method;
    this.failures = failures;
    this.response = new GrpcResponse(stream, isSingle());
    this.loop = new CallLoop(stream, reader, context, this);
  }

  CallLoop loop() {
    return loop;
  }

  /** Before it begins: has it refused for that when it does. */
  void refuse(CallFailure failure) {
    refusal = failure;
  }

  private boolean isOpen() {
    return state.get() == State.OPEN;
  }

  private boolean isSingle() {
    return method.descriptor().getType().serverSendsOneMessage();
  }

  // What the handler calls.

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
      response.head(headers);
    }
  }

  @Override
  public void sendMessage(RespT message) {
    if (!isOpen()) {
      return;
    }
    checkState(headersSent, "sendHeaders has not been called");
    checkState(!messageSent || !isSingle(), "a second answer to a call that has one");
    messageSent = true;
    if (!response.message(method.descriptor().streamResponse(message))) {
      // Whoever notices first says so: a handler that sends until it is told need not leave a
      // processor to anybody who could tell it.
      lost();
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (status.isOk() && isSingle() && !messageSent && isOpen()) {
      failed(new IllegalStateException("a call that needs an answer was closed without one"));
    } else if (state.compareAndSet(State.OPEN, State.FINISHING)) {
      boolean told = response.finish(status, trailers);
      state.set(State.OVER);
      if (told) {
        loop.complete();
      } else {
        cancelled = true;
        loop.cancel(cause(CLIENT_GONE));
      }
    }
  }

  @Override
  public boolean isReady() {
    return isOpen() && stream.isWritable();
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
    response.compressor(compressor);
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    response.compressing(enabled);
  }

  @Override
  public MethodDescriptor<ReqT, RespT> getMethodDescriptor() {
    return method.descriptor();
  }

  @Override
  public String getAuthority() {
    return stream.request().authority();
  }

  @Override
  public SecurityLevel getSecurityLevel() {
    return stream.context().isSecure() ? SecurityLevel.PRIVACY_AND_INTEGRITY : SecurityLevel.NONE;
  }

  @Override
  public Attributes getAttributes() {
    var known = attributes;
    if (known == null) {
      known = CallAttributes.of(stream, this);
      attributes = known;
    }
    return known;
  }

  private static void checkState(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }

  // What ends the call from outside its handler.

  @Override
  public boolean end(Status status, Metadata trailers) {
    if (!state.compareAndSet(State.OPEN, State.OVER)) {
      // An answer may wait for its client for long; what is there of it cannot take a status now.
      return state.get() == State.FINISHING && stream.reset(ErrorCode.CANCEL);
    }
    cancelled = true;
    GrpcResponse.cut(stream, status, trailers);
    loop.cancel(cause(status));
    return true;
  }

  /** Why the call's context is cancelled; where in the transport that happened says nothing. */
  private static StatusRuntimeException cause(Status status) {
    return InternalStatus.asRuntimeExceptionWithoutStacktrace(status, null);
  }

  void fail(GrpcFailure failure) {
    fail(failure, null);
  }

  /** The cause is for those on this side. */
  private void fail(GrpcFailure failure, @Nullable Throwable cause) {
    var told = failures.told(failure);
    end(
        told.getStatus().withCause(cause),
        Objects.requireNonNullElseGet(told.getTrailers(), Metadata::new));
  }

  @Override
  public void lost() {
    if (state.compareAndSet(State.OPEN, State.OVER)) {
      cancelled = true;
      loop.cancel(cause(CLIENT_GONE));
    }
  }

  @Override
  public void quiet() {
    if (method.descriptor().getType().clientSendsOneMessage()) {
      fail(GrpcFailure.REQUEST_MISSING);
    }
  }

  @Override
  public void failed(Throwable failure) {
    var reason = FailureLog.write(method, failure, cancelled);
    if (isOpen()) {
      fail(reason, failure);
    }
  }

  // What the loop calls.

  @Override
  public void start() {
    var refused = refusal;
    Metadata headers;
    try {
      if (refused != null) {
        throw refused;
      }
      headers = GrpcMetadata.of(stream.request().fields());
    } catch (CallFailure e) {
      refuseNow(e);
      return;
    }
    var started = method.handler().startCall(this, headers);
    if (started == null) {
      throw new IllegalStateException("startCall returned no listener");
    }
    listener = started;
  }

  private void refuseNow(CallFailure failure) {
    FailureLog.write(method, failure, cancelled);
    var head = stream.request();
    RefusalHandler.refuse(
        method.innermost(),
        this,
        new RefusedCall(
            failures.told(failure.failure()),
            Objects.requireNonNullElse(failure.getMessage(), ""),
            head.isTooLarge() ? Optional.empty() : Optional.of(GrpcMetadata.texts(head.fields()))));
  }

  @Override
  public void ready() {
    if (isOpen()) {
      listener.onReady();
    }
  }

  @Override
  public void message(InputStream message) {
    if (isOpen()) {
      if (messageReceived && method.descriptor().getType().clientSendsOneMessage()) {
        throw new CallFailure(GrpcFailure.NOT_ONE_MESSAGE, "a second message");
      }
      messageReceived = true;
      listener.onMessage(method.parse(message));
    }
  }

  @Override
  public void halfClose() {
    if (isOpen()) {
      if (!messageReceived && method.descriptor().getType().clientSendsOneMessage()) {
        throw new CallFailure(GrpcFailure.NOT_ONE_MESSAGE, "no message");
      }
      listener.onHalfClose();
    }
  }

  @Override
  public void complete() {
    listener.onComplete();
  }

  @Override
  public void cancel() {
    listener.onCancel();
  }
}
