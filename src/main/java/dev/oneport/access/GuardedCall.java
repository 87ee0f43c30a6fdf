package dev.oneport.access;

import com.google.protobuf.MessageLite;
import dev.oneport.access.Decision.Allowed;
import dev.oneport.audit.Code;
import dev.oneport.transport.grpc.CallControl;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A call that was allowed: can be ended when its lease does, and is recorded once when it is over.
 */
final class GuardedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
  private final CallWatch watch;
  private final Allowed allowed;
  private final AtomicBoolean recorded = new AtomicBoolean();
  private volatile @Nullable Lease lease;

  GuardedCall(ServerCall<Q, R> call, CallWatch watch, Allowed allowed) {
    super(call);
    this.watch = watch;
    this.allowed = allowed;
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
    if (CallControl.of(delegate()).orElseThrow().end(error.getStatus(), trailers)) {
      record(() -> watch.cut(allowed, reason, error.getStatus().getCode().name()));
    }
  }

  @Override
  public void close(Status status, Metadata trailers) {
    super.close(status, trailers);
    ended(status.getCode());
  }

  /** The handler hears the end; this is how it came, unless it was said before. */
  void over(Status.Code code) {
    var held = lease;
    if (held != null) {
      held.close();
    }
    ended(code);
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
