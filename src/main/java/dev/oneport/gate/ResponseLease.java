package dev.oneport.gate;

import dev.oneport.api.Reason;
import io.helidon.http.HttpException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A handler's permission to stream its response: server-sent events or a download may outlast the
 * token that they began with. When the lease ends, the handler's thread is interrupted and its
 * further writes fail.
 */
final class ResponseLease implements AutoCloseable {
  private final Admission admission;
  private final Thread handler = Thread.currentThread();
  private boolean refused;

  // Guarded by this object's monitor.
  private @Nullable Reason ended;
  private boolean over;

  /** Creates a lease for the handler that the current thread is about to run. */
  ResponseLease(Admission admission) {
    this.admission = admission;
    admission.onCutOff(this::end);
  }

  /** Why the response was cut off or could not begin; empty if neither happened. */
  Optional<Reason> reason() {
    return refused ? Optional.of(Reason.LIMIT_EXCEEDED) : ended();
  }

  private synchronized Optional<Reason> ended() {
    return Optional.ofNullable(ended);
  }

  /** Opens the lease when the response begins to stream. */
  void hold() {
    if (!admission.stayOpen()) {
      refused = true;
      throw new HttpException("too many open streams", Status.create(Reason.LIMIT_EXCEEDED.http()));
    }
  }

  /** Throws if the lease has ended. */
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

  /**
   * Ends the lease after the handler has returned, so that no interrupt reaches the thread's next
   * work.
   */
  @Override
  public synchronized void close() {
    over = true;
    if (ended != null) {
      var _ = Thread.interrupted();
    }
  }
}
