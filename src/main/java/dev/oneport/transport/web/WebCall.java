package dev.oneport.transport.web;

import dev.oneport.transport.grpc.CallControl;
import dev.oneport.transport.grpc.CallFailure;
import dev.oneport.transport.grpc.FailureStatus;
import dev.oneport.transport.grpc.GrpcFailure;
import dev.oneport.transport.web.WebEnding.By;
import io.grpc.Attributes;
import io.grpc.CompressorRegistry;
import io.grpc.Context;
import io.grpc.InternalStatus;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request as a call of a gRPC method. Of all that end it the first wins; what the handler
 * does afterwards is ignored. It is always ready to send: sending waits for the client.
 */
final class WebCall<Q, R> extends ServerCall<Q, R>
    implements CallControl, CallTurns.Callbacks, Reply.Watcher {
  private static final System.Logger LOG = System.getLogger(WebCall.class.getName());

  private final ServerRequest request;
  private final MethodDescriptor<Q, R> method;
  private final ServerCallHandler<Q, R> handler;
  private final Codec<Q, R> codec;
  private final Metadata metadata;
  private final FailureStatus failures;
  private final WebAnswer answer;
  private final Reply reply;
  private final CallTurns turns;
  private volatile boolean cancelled;
  private volatile boolean told;
  private boolean headersSent;
  private boolean messageSent;
  private boolean messageReceived;
  private Listener<Q> listener = new Listener<>() {};

  WebCall(
      ServerRequest request,
      Metadata metadata,
      ServerMethodDefinition<Q, R> method,
      Codec<Q, R> codec,
      WebMessages messages,
      WebAnswer answer,
      Context.CancellableContext context,
      FailureStatus failures) {
    this.request = request;
    this.method = method.getMethodDescriptor();
    this.handler = method.getServerCallHandler();
    this.codec = codec;
    this.metadata = metadata;
    this.failures = failures;
    this.answer = answer;
    this.reply = new Reply(answer, this);
    this.turns = new CallTurns(messages, context, this);
  }

  /** Runs to the call's end; fails if the client will not see a whole response. */
  void run() {
    var broken = turns.run();
    reply.await();
    if (!told) {
      throw broken.orElseGet(() -> new CloseConnectionException("the client has gone"));
    }
  }

  private boolean isSingle() {
    return method.getType().serverSendsOneMessage();
  }

  // What the handler calls.

  @Override
  public void request(int count) {
    if (count <= 0) {
      throw new IllegalArgumentException("requested messages: " + count);
    }
    turns.request(count);
  }

  @Override
  public void sendHeaders(Metadata headers) {
    if (!reply.over()) {
      checkState(!headersSent, "sendHeaders has already been called");
      headersSent = true;
      reply.head(headers);
    }
  }

  @Override
  public void sendMessage(R message) {
    if (reply.over()) {
      return;
    }
    checkState(headersSent, "sendHeaders has not been called");
    checkState(!messageSent || !isSingle(), "a second answer to a call that has one");
    messageSent = true;
    reply.message(codec.response(message));
  }

  @Override
  public void close(Status status, Metadata trailers) {
    if (status.isOk() && isSingle() && !messageSent && !reply.over()) {
      failed(new IllegalStateException("a call that needs an answer was closed without one"));
    } else if (reply.claim(new WebEnding(By.HANDLER, status, trailers))) {
      reply.settle();
    }
  }

  @Override
  public boolean isReady() {
    return !reply.over();
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
    answer.compressor(compressor);
  }

  @Override
  public void setMessageCompression(boolean enabled) {
    answer.compressing(enabled);
  }

  @Override
  public MethodDescriptor<Q, R> getMethodDescriptor() {
    return method;
  }

  @Override
  public String getAuthority() {
    return request.authority();
  }

  @Override
  public SecurityLevel getSecurityLevel() {
    return request.isSecure() ? SecurityLevel.PRIVACY_AND_INTEGRITY : SecurityLevel.NONE;
  }

  @Override
  public Attributes getAttributes() {
    return RequestFields.attributes(request).toBuilder().set(KEY, this).build();
  }

  private static void checkState(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }

  // What ends the call from outside its handler.

  @Override
  public boolean end(Status status, Metadata trailers) {
    return end(new WebEnding(By.OTHERS, status, trailers));
  }

  private boolean end(WebEnding ending) {
    if (!reply.claim(ending)) {
      return false;
    }
    cancel(ending);
    reply.settle();
    return true;
  }

  private void cancel(WebEnding ending) {
    cancelled = true;
    // Where in the transport that happened says nothing.
    turns.cancel(InternalStatus.asRuntimeExceptionWithoutStacktrace(ending.status(), null));
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
    end(WebEnding.CLIENT_GONE);
  }

  @Override
  public void settled(WebEnding ending, boolean written) {
    told = written;
    if (ending.by() != By.HANDLER) {
      turns.wake();
    } else if (written) {
      turns.complete();
    } else {
      cancel(WebEnding.CLIENT_GONE);
    }
  }

  @Override
  public void failed(Throwable failure) {
    if (failure instanceof CallFailure known) {
      LOG.log(Level.DEBUG, "{0} refused: {1}", method.getFullMethodName(), known.getMessage());
      fail(known.failure(), known);
      return;
    }
    if (!cancelled) {
      LOG.log(Level.WARNING, "gRPC call " + method.getFullMethodName(), failure);
    }
    fail(GrpcFailure.HANDLER_FAILED, failure);
  }

  // What is heard in turn.

  @Override
  public void start() {
    var started = handler.startCall(this, metadata);
    if (started == null) {
      throw new IllegalStateException("startCall returned no listener");
    }
    listener = started;
  }

  @Override
  public void ready() {
    listener.onReady();
  }

  @Override
  public void message(InputStream message) {
    if (messageReceived && method.getType().clientSendsOneMessage()) {
      throw new CallFailure(GrpcFailure.NOT_ONE_MESSAGE, "a second message");
    }
    messageReceived = true;
    listener.onMessage(codec.request(message));
  }

  @Override
  public void halfClose() {
    if (!messageReceived && method.getType().clientSendsOneMessage()) {
      throw new CallFailure(GrpcFailure.NOT_ONE_MESSAGE, "no message");
    }
    listener.onHalfClose();
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
