package dev.oneport.transport.connect;

import dev.oneport.transport.ClientWatch;
import dev.oneport.transport.calls.Call;
import dev.oneport.transport.calls.CallControl;
import dev.oneport.transport.calls.CallFailure;
import dev.oneport.transport.calls.CallMethod;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.Wire;
import io.grpc.Attributes;
import io.grpc.Compressor;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Status;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Carries a call in one HTTP request, on the request's thread. One thread at a time writes the
 * response, which ends once. Ending it never waits: if another thread is writing, that thread
 * writes the end too. A call is always ready to send: sending waits for the client.
 */
final class WebWire implements Wire {
  private static final System.Logger LOG = System.getLogger(WebWire.class.getName());

  /** The end of the call; without a status if the client is gone. */
  private record Ending(boolean byHandler, @Nullable Status status, Metadata trailers) {}

  private final ServerRequest request;
  private final WebMessages messages;
  private final WebAnswer answer;
  private final Call<?, ?> call;

  /** Serializes writing, so it is held while a write waits for the client. */
  private final ReentrantLock writing = new ReentrantLock();

  private volatile @Nullable Ending end;
  private @Nullable RuntimeException broken;

  // Guarded by the lock.
  private boolean settled;
  private boolean told;

  WebWire(
      ServerRequest request,
      WebMessages messages,
      WebAnswer answer,
      CallMethod<?, ?> method,
      Context.CancellableContext context,
      FailureStatus failures) {
    this.request = request;
    this.messages = messages;
    this.answer = answer;
    this.call = new Call<>(this, method, context, failures);
  }

  Call<?, ?> call() {
    return call;
  }

  /** Runs the call to its end; throws if the client will not get a complete response. */
  void run() {
    call.loop().run();
    writing.lock();
    try {
      settle();
      if (!told) {
        throw broken != null ? broken : new CloseConnectionException("the client has gone");
      }
    } finally {
      writing.unlock();
    }
  }

  // The request.

  @Override
  public boolean waits() {
    return true;
  }

  @Override
  public Metadata headers() {
    return RequestFields.metadata(request);
  }

  @Override
  public Optional<Metadata> texts() {
    return Optional.of(RequestFields.texts(request));
  }

  @Override
  public Optional<InputStream> next() throws IOException {
    try {
      return messages.next();
    } catch (RuntimeException e) {
      throw unread(e);
    }
  }

  @Override
  public boolean atEnd() throws IOException {
    try {
      boolean ended = messages.atEnd();
      if (ended) {
        ClientWatch.onGone(call::lost);
      }
      return ended;
    } catch (RuntimeException e) {
      throw unread(e);
    }
  }

  /** Records the transport's failure for a body that does not arrive, or is invalid. */
  private IOException unread(RuntimeException failure) {
    if (failure instanceof CallFailure) {
      throw failure;
    }
    broken = failure;
    mistake(failure).ifPresent(call::broken);
    return new IOException(failure);
  }

  /** Why the connection refuses a body; empty if the client is gone. */
  private static Optional<CallFailure> mistake(RuntimeException failure) {
    if (ClientWatch.isTimedOut()) {
      return Optional.of(new CallFailure(GrpcFailure.REQUEST_MISSING, "the body came too slowly"));
    }
    if (!(failure instanceof RequestException refusal)) {
      return Optional.empty();
    }
    var what =
        switch (refusal.status().code()) {
          case 408 -> GrpcFailure.REQUEST_MISSING;
          case 413 -> GrpcFailure.MESSAGE_TOO_LARGE;
          default -> GrpcFailure.MALFORMED;
        };
    var detail = Objects.requireNonNullElse(refusal.getMessage(), "");
    return Optional.of(new CallFailure(what, detail));
  }

  // The response.

  @Override
  public void compressor(Compressor chosen) {
    answer.compressor(chosen);
  }

  @Override
  public void compressing(boolean enabled) {
    answer.compressing(enabled);
  }

  @Override
  public void head(Metadata headers) {
    writing.lock();
    try {
      answer.head(headers);
    } finally {
      writing.unlock();
      settle();
    }
  }

  @Override
  public boolean message(InputStream message) {
    var bytes = answer.message(message);
    writing.lock();
    try {
      if (end == null) {
        answer.send(bytes);
      }
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "a message could not be sent", e);
      return false;
    } finally {
      writing.unlock();
      settle();
    }
  }

  @Override
  public void finish(Status status, Metadata trailers) {
    end = new Ending(true, status, trailers);
    settle();
  }

  @Override
  public void cut(Status status, Metadata trailers) {
    end = new Ending(false, status, trailers);
    call.cancel(status);
    settle();
  }

  @Override
  public void drop() {
    end = new Ending(false, null, new Metadata());
    settle();
  }

  /** Not while a thread is writing, because an interrupt would end the connection. */
  @Override
  public boolean mayInterrupt() {
    return false;
  }

  /** Writes the end if it is due, unless another thread is writing and will do so. */
  private void settle() {
    var due = end;
    if (due != null && writing.tryLock()) {
      try {
        if (!settled) {
          settled = true;
          told = write(due);
          if (due.byHandler()) {
            call.finished(told);
          } else {
            call.interrupt();
          }
        }
      } finally {
        writing.unlock();
      }
    }
  }

  private boolean write(Ending due) {
    if (due.status() == null) {
      return false;
    }
    try {
      answer.finish(due.status(), due.trailers());
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "the end of a call could not be told", e);
      return false;
    }
  }

  // The connection.

  @Override
  public Attributes.Builder attributes() {
    return Attributes.newBuilder()
        .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, request.remotePeer().address())
        .set(CallControl.PEER, request.remotePeer())
        .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, request.localPeer().address())
        .set(CallControl.PROTOCOL, request.prologue().rawProtocol())
        .set(CallControl.OF_CONNECTION, RequestFields.ofConnection(request));
  }

  @Override
  public String authority() {
    return request.authority();
  }

  @Override
  public boolean isSecure() {
    return request.isSecure();
  }
}
