package dev.oneport.gate;

import com.google.protobuf.MessageLite;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An allowed call. It ends when its lease does, and closes its admission when it has ended. */
final class GuardedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private final CallWatch watch;
  private final Admission admission;
  private final Function<Throwable, Optional<StatusRuntimeException>> errors;
  private final BytePace pace;
  private volatile @Nullable StreamWatch shape;
  private volatile boolean answered;
  private volatile boolean stream;

  /** Messages that no quota has counted yet, because the call may not be a stream. */
  private final AtomicInteger uncounted = new AtomicInteger();

  /** With which the handler closes the call; its listener may hear of the end first. */
  private volatile @Nullable Outcome closing;

  /** For which the gate ends the call; the same is true of it. */
  private volatile @Nullable Reason ending;

  /**
   * A call that was allowed.
   *
   * @param errors maps the handler's exceptions to statuses
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
    this.pace = new BytePace(admission);
  }

  /** Runs the handler. */
  CallScope scope() {
    return admission.scope();
  }

  /** Records that a stream began; from now on its lease can end it. */
  void started() {
    stream = true;
    admission.started();
    admission.onCutOff(this::end);
    var _ = isWithinQuota();
  }

  /** Lets a call without a lease end if its credential is revoked. */
  void endWithCredential() {
    admission.onCutOff(this::end);
  }

  /** Watches a call of an unknown method, which may turn out to be a stream. */
  void unclear(Gate gate) {
    shape =
        new StreamWatch(
            gate.unclearCalls(),
            () -> gate.stayOpen(admission).ifPresentOrElse(this::end, this::started));
  }

  /** Ends the call in both directions for the lease's reason. */
  private void end(Reason reason) {
    ending = reason;
    var error = GrpcProblem.of(reason, Gate.RETRY);
    if (control().end(error.getStatus(), ErrorMapping.trailers(error.getTrailers()))) {
      admission.end(Outcome.of(reason, "", error.getStatus().getCode().name()));
    }
  }

  /**
   * Ends the call with the status that the handler's exception is mapped to.
   *
   * @return false if the exception is not mapped, or the call has already ended
   */
  boolean failed(Throwable thrown) {
    if (isCancelled()) {
      return false;
    }
    var mapped = errors.apply(thrown);
    if (mapped.isEmpty()
        || !control().end(mapped.get().getStatus(), ErrorMapping.trailers(mapped.get()))) {
      return false;
    }
    finished(mapped.get().getStatus().getCode());
    return true;
  }

  private CallControl control() {
    return CallControl.of(delegate()).orElseThrow();
  }

  @Override
  public void close(Status status, Metadata trailers) {
    clear();
    if (isCancelled()) {
      // Nobody is told any more; the listener hears how the call ended.
      super.close(status, trailers);
      return;
    }
    if (status.getCause() instanceof FailedCall failure) {
      var told = GrpcProblem.of(failure);
      var code = told.getStatus().getCode();
      close(
          told.getStatus(),
          ErrorMapping.trailers(told.getTrailers()),
          Outcome.of(failure.reason(), failure.detail(), code.name()));
      return;
    }
    close(
        status,
        trailers,
        outcome(status.isOk() && lacksAnswer() ? Status.Code.INTERNAL : status.getCode()));
  }

  private void close(Status status, Metadata trailers, Outcome outcome) {
    closing = outcome;
    super.close(status, trailers);
    admission.end(outcome);
  }

  /** Whether the transport tells the client of a failure because the one message is missing. */
  private boolean lacksAnswer() {
    return !answered && getMethodDescriptor().getType().serverSendsOneMessage();
  }

  /**
   * Closes the admission, with this outcome unless one was set before; the handler is about to be
   * notified.
   */
  void finished(Status.Code code) {
    clear();
    admission.close(outcome(code));
  }

  /** The client was told what the handler closed the call with. */
  void completed() {
    clear();
    admission.close(Objects.requireNonNullElseGet(closing, () -> outcome(Status.Code.OK)));
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
    // The handler may be notified of the end before the reason has been set.
    var cut =
        Optional.ofNullable(ending)
            .or(admission::cutReason)
            .filter(end -> end.code().equals(why.code().name()));
    admission.close(
        cut.map(end -> Outcome.of(end, "", why.code().name()))
            .orElseGet(() -> outcome(why.code())));
  }

  private void clear() {
    var known = shape;
    if (known != null) {
      known.stop();
    }
  }

  void halfClosed() {
    var known = shape;
    if (known != null) {
      known.halfClosed();
    }
  }

  /** Counts a message that the client sent; false if the call has ended because of it. */
  boolean received(Object message) {
    var known = shape;
    if (known != null) {
      known.received();
    }
    int size = control().messageSize();
    // A protobuf message would go through all of its text to find out.
    long bytes = size < 0 ? size(message) : size;
    watch.in(bytes);
    uncounted.incrementAndGet();
    if (stream && !isWithinQuota()) {
      return false;
    }
    pace.received(bytes);
    return true;
  }

  /** Counts the messages of a stream so far; one too many ends it. */
  private boolean isWithinQuota() {
    for (int left = uncounted.getAndSet(0); left > 0; left--) {
      if (admission.meter().message().isPresent()) {
        admission.lease().end(Reason.LIMIT_EXCEEDED);
        return false;
      }
    }
    return true;
  }

  @Override
  public void sendMessage(R message) {
    var known = shape;
    if (known != null) {
      known.sent();
    }
    answered = true;
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
