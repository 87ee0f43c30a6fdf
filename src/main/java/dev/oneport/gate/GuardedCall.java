package dev.oneport.gate;

import com.google.protobuf.MessageLite;
import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.record.Code;
import dev.oneport.transport.calls.CallControl;
import dev.oneport.transport.calls.RawMessage;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An allowed call, which ends when its lease does and closes its admission when it has ended. */
final class GuardedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private final CallWatch watch;
  private final Admission admission;
  private final Function<Throwable, Optional<StatusRuntimeException>> errors;
  private volatile @Nullable StreamWatch shape;

  /**
   * A call that was allowed.
   *
   * @param errors the status for an exception, if it is mapped
   */
  GuardedCall(
      ServerCall<Q, R> call,
      CallWatch watch,
      Admission admission,
      Function<Throwable, Optional<StatusRuntimeException>> errors) {
    super(call);
    this.watch = watch;
    this.admission = admission;
    this.errors = errors;
  }

  /** Who calls, for the handler. */
  ScopedValue.Carrier caller() {
    return Caller.as(admission.caller());
  }

  /** A stream began, which can be ended from now on. */
  void started() {
    admission.started();
    admission.onCut(this::end);
  }

  /** A call began that may be a stream, for all that is known of its method. */
  void unclear(Gate gate) {
    shape =
        new StreamWatch(
            gate.unclearCalls(),
            () -> gate.stayOpen(admission).ifPresentOrElse(this::end, this::started));
  }

  /** Ends the call in both directions for the lease's reason. */
  private void end(Reason reason) {
    var error = GrpcProblem.of(reason, Gate.RETRY);
    if (control().end(error.getStatus(), ErrorMapping.trailers(error.getTrailers()))) {
      admission.end(Outcome.of(reason, "", error.getStatus().getCode().name()));
    }
  }

  /**
   * The handler threw: ends the call with the mapped status.
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
    clear();
    if (status.getCause() instanceof FailedCall failure) {
      var told = GrpcProblem.of(failure.reason(), Gate.RETRY);
      var code = told.getStatus().getCode();
      super.close(told.getStatus(), ErrorMapping.trailers(told.getTrailers()));
      admission.end(Outcome.of(failure.reason(), failure.detail(), code.name()));
      return;
    }
    super.close(status, trailers);
    ended(status.getCode());
  }

  /** The handler is told of the end; sets how it came about, unless that was set before. */
  void over(Status.Code code) {
    clear();
    admission.close(outcome(code));
  }

  /** The call ended before its handler closed it. */
  void cancelled(Cancellation why) {
    clear();
    var mistake = why.mistake();
    var reason = mistake.flatMap(sent -> GrpcProblem.reason(sent.failure()));
    if (reason.isPresent()) {
      var detail = Objects.requireNonNullElse(mistake.get().getMessage(), "");
      admission.close(Outcome.of(reason.get(), detail, why.code().name()));
      return;
    }
    // The handler may be told of the end before the reason has been set.
    var cut = admission.cut().filter(end -> end.code().equals(why.code().name()));
    admission.close(
        cut.map(end -> Outcome.of(end, "", why.code().name()))
            .orElseGet(() -> outcome(why.code())));
  }

  private void clear() {
    var known = shape;
    if (known != null) {
      known.over();
    }
  }

  /** The client has no more to say. */
  void halfClosed() {
    var known = shape;
    if (known != null) {
      known.halfClosed();
    }
  }

  /** The handler got a message. */
  void received(Object message) {
    var known = shape;
    if (known != null) {
      known.in();
    }
    int size = control().messageSize();
    // A protobuf message would go through all of its text to find out.
    watch.in(size < 0 ? size(message) : size);
  }

  @Override
  public void sendMessage(R message) {
    var known = shape;
    if (known != null) {
      known.out();
    }
    watch.out(size(message));
    super.sendMessage(message);
  }

  private static long size(Object message) {
    return switch (message) {
      case MessageLite proto -> proto.getSerializedSize();
      case RawMessage raw -> raw.length();
      default -> 0;
    };
  }

  void ended(Status.Code code) {
    admission.end(outcome(code));
  }

  private static Outcome outcome(Status.Code code) {
    return Outcome.of(code.name(), Code.valueOf(code.name()));
  }
}
