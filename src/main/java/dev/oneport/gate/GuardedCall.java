package dev.oneport.gate;

import com.google.protobuf.MessageLite;
import dev.oneport.api.Reason;
import dev.oneport.audit.Code;
import dev.oneport.gate.Decision.Allowed;
import dev.oneport.transport.grpc.CallControl;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call that was allowed: can be ended when its lease does, and is recorded once when it is over.
 */
final class GuardedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private final CallWatch watch;
  private final Allowed allowed;
  private final Function<Throwable, Optional<StatusRuntimeException>> errors;
  private final AtomicBoolean recorded = new AtomicBoolean();
  private volatile @Nullable Lease lease;

  /**
   * A call that was allowed.
   *
   * @param errors what the client is told of an exception, if anything is said about it
   */
  GuardedCall(
      ServerCall<Q, R> call,
      CallWatch watch,
      Allowed allowed,
      Function<Throwable, Optional<StatusRuntimeException>> errors) {
    super(call);
    this.watch = watch;
    this.allowed = allowed;
    this.errors = errors;
  }

  void started() {
    watch.started(allowed);
  }

  void hold(Lease held) {
    lease = held;
  }

  /** Ends the call in both directions, for a reason of the lease's. */
  void end(Reason reason) {
    var error = GrpcProblem.of(reason, Gate.RETRY);
    var trailers = Objects.requireNonNullElseGet(error.getTrailers(), Metadata::new);
    if (control().end(error.getStatus(), trailers)) {
      record(() -> watch.cut(allowed, reason, "", error.getStatus().getCode().name()));
    }
  }

  /**
   * The handler threw: ends the call with what the client is told of that.
   *
   * @return false if nothing is said about it, or the call was over
   */
  boolean failed(Throwable thrown) {
    if (isCancelled()) {
      return false;
    }
    var told = errors.apply(thrown);
    if (told.isEmpty()
        || !control().end(told.get().getStatus(), ErrorMapping.trailers(told.get()))) {
      return false;
    }
    over(told.get().getStatus().getCode());
    return true;
  }

  private CallControl control() {
    return CallControl.of(delegate()).orElseThrow();
  }

  @Override
  public void close(Status status, Metadata trailers) {
    super.close(status, trailers);
    ended(status.getCode());
  }

  /** The handler hears the end; this is how it came, unless it was said before. */
  void over(Status.Code code) {
    release();
    ended(code);
  }

  private void release() {
    var held = lease;
    if (held != null) {
      held.close();
    }
  }

  /** The call ended before its handler closed it. */
  void cancelled(Cancellation why) {
    release();
    var mistake = why.mistake();
    var reason = mistake.flatMap(sent -> GrpcProblem.reason(sent.failure()));
    if (reason.isPresent()) {
      var detail = Objects.requireNonNullElse(mistake.get().getMessage(), "");
      record(() -> watch.cut(allowed, reason.get(), detail, why.code().name()));
    } else {
      ended(why.code());
    }
  }

  /** The handler got a message. */
  void received(Object message) {
    watch.in(size(message));
  }

  @Override
  public void sendMessage(R message) {
    watch.out(size(message));
    super.sendMessage(message);
  }

  private static long size(Object message) {
    return message instanceof MessageLite proto ? proto.getSerializedSize() : 0;
  }

  void ended(Status.Code code) {
    record(() -> watch.ended(allowed, code.name(), Code.valueOf(code.name())));
  }

  private void record(Runnable write) {
    if (recorded.compareAndSet(false, true)) {
      write.run();
    }
  }
}
