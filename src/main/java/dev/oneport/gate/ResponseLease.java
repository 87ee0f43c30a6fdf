package dev.oneport.gate;

import dev.oneport.api.Reason;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A handler's right to stream its response: server-sent events or a download may last longer than
 * the token they began with. When the lease ends, the handler's thread is interrupted and whatever
 * it still writes fails.
 */
final class ResponseLease implements AutoCloseable {
  private final Admission admission;
  private final Thread handler = Thread.currentThread();
  private boolean refused;

  // These belong to this object's monitor.
  private @Nullable Reason ended;
  private boolean over;

  /** For the handler that this thread is about to run. */
  ResponseLease(Admission admission) {
    this.admission = admission;
    admission.onCut(this::end);
  }

  /** Why the response was cut off, or could not begin, if that is so. */
  Optional<Reason> reason() {
    return refused ? Optional.of(Reason.LIMIT_EXCEEDED) : ended();
  }

  private synchronized Optional<Reason> ended() {
    return Optional.ofNullable(ended);
  }

  /** Takes the lease, as the response begins to stream. */
  void hold() {
    if (!admission.stayOpen()) {
      refused = true;
      throw new HttpException("too many open streams", Status.create(Reason.LIMIT_EXCEEDED.http()));
    }
  }

  /** Fails once the lease has ended. */
  void check() {
    var reason = ended();
    if (reason.isPresent()) {
      throw new CloseConnectionException("the response was cut off: " + reason.get());
    }
  }

  private synchronized void end(Reason reason) {
    if (!over) {
      ended = reason;
      handler.interrupt();
    }
  }

  /** The handler has returned; an interrupt must not reach what its thread does next. */
  @Override
  public synchronized void close() {
    over = true;
    if (ended != null) {
      var _ = Thread.interrupted();
    }
  }
}
