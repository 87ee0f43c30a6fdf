package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.Http2Stream;
import io.grpc.Attributes;
import io.grpc.CompressorRegistry;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InternalStatus;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One call as its interceptors and its handler see it. Of all that end it the first wins; what the
 * handler does afterwards is ignored.
 */
final class GrpcCall<ReqT, RespT> extends ServerCall<ReqT, RespT>
    implements CallControl, CallLoop.Callbacks {
  private static final System.Logger LOGGER = System.getLogger(GrpcCall.class.getName());
  private static final Status CLIENT_GONE = Status.CANCELLED.withDescription("the client has gone");

  private final Http2Stream stream;
  private final GrpcMethod<ReqT, RespT> method;
  private final FailureStatus failures;
  private final GrpcResponse response;
  private final CallLoop loop;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean cancelled;
  private boolean headersSent;
  private boolean messageSent;
  private @Nullable Attributes attributes;
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
    if (!ended.get()) {
      checkState(!headersSent, "sendHeaders has already been called");
      headersSent = true;
      response.head(headers);
    }
  }

  @Override
  public void sendMessage(RespT message) {
    if (ended.get()) {
      return;
    }
    checkState(headersSent, "sendHeaders has not been called");
    checkState(!messageSent || !isSingle(), "a second answer to a call that has one");
    messageSent = true;
    response.message(method.descriptor().streamResponse(message));
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (status.isOk() && isSingle() && !messageSent && !ended.get()) {
      failed(new IllegalStateException("a call that needs an answer was closed without one"));
    } else if (ended.compareAndSet(false, true)) {
      if (response.finish(status, trailers)) {
        loop.complete();
      } else {
        cancelled = true;
        loop.cancel(cause(CLIENT_GONE));
      }
    }
  }

  @Override
  public boolean isReady() {
    return !ended.get() && stream.isWritable();
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
      var connection = stream.context();
      known =
          Attributes.newBuilder()
              .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, connection.remotePeer().address())
              .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, connection.localPeer().address())
              .set(PROTOCOL, connection.isSecure() ? "h2" : "h2c")
              .set(KEY, this)
              .build();
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
    if (!ended.compareAndSet(false, true)) {
      return false;
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
    var told = failures.told(failure);
    end(told.getStatus(), Objects.requireNonNullElseGet(told.getTrailers(), Metadata::new));
  }

  @Override
  public void lost() {
    if (ended.compareAndSet(false, true)) {
      cancelled = true;
      loop.cancel(cause(CLIENT_GONE));
    }
  }

  @Override
  public void failed(Throwable failure) {
    if (failure instanceof CallFailure known) {
      LOGGER.log(
          Level.DEBUG,
          "gRPC call {0} refused: {1}",
          method.descriptor().getFullMethodName(),
          known.getMessage());
      fail(known.failure());
      return;
    }
    if (!cancelled) {
      LOGGER.log(Level.WARNING, "gRPC call " + method.descriptor().getFullMethodName(), failure);
    }
    fail(GrpcFailure.HANDLER_FAILED);
  }

  // What the loop calls.

  @Override
  public void start() {
    var started = method.handler().startCall(this, GrpcMetadata.of(stream.request().fields()));
    if (started == null) {
      throw new IllegalStateException("startCall returned no listener");
    }
    listener = started;
  }

  @Override
  public void ready() {
    if (!ended.get()) {
      listener.onReady();
    }
  }

  @Override
  public void message(InputStream message) {
    if (!ended.get()) {
      listener.onMessage(parse(message));
    }
  }

  private ReqT parse(InputStream message) {
    try {
      return method.descriptor().parseRequest(message);
    } catch (StatusRuntimeException e) {
      LOGGER.log(Level.TRACE, "message", e);
      throw new CallFailure(GrpcFailure.MALFORMED, "message");
    }
  }

  @Override
  public void halfClose() {
    if (!ended.get()) {
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
