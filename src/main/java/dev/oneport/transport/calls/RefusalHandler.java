package dev.oneport.transport.calls;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.Objects;

/**
 * A handler that is also asked about requests for its method that cannot begin as calls, for a
 * layer that decides about and records every request.
 */
public interface RefusalHandler<Q, R> extends ServerCallHandler<Q, R> {
  /**
   * Called instead of {@code startCall}; must close the call with the refusal's status or another
   * error.
   */
  void refuse(ServerCall<Q, R> call, RefusedCall refused);

  /**
   * Lets the handler refuse the call if it implements this interface; otherwise closes it with the
   * refusal's status.
   */
  static <Q, R> void refuse(
      ServerCallHandler<Q, R> handler, ServerCall<Q, R> call, RefusedCall refused) {
    if (handler instanceof RefusalHandler<Q, R> refusing) {
      refusing.refuse(call, refused);
    } else {
      close(call, refused);
    }
  }

  /** Closes a call with the refusal's status. */
  static void close(ServerCall<?, ?> call, RefusedCall refused) {
    var told = refused.told();
    call.close(told.getStatus(), Objects.requireNonNullElseGet(told.getTrailers(), Metadata::new));
  }
}
