package dev.oneport.client;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call failed, and trying again would not help or was not allowed. */
public final class CallFailed extends RuntimeException {
  private static final int DEEPEST = 16;

  private final transient Failure failure;

  public CallFailed(Failure failure) {
    super(failure.text());
    this.failure = failure;
  }

  /** A failure that comes without a status of the protocol. */
  public static CallFailed of(Problem problem, String detail) {
    return new CallFailed(Failure.of(problem, detail));
  }

  /**
   * Finds the reason why a stub's call on {@link OnePortClient#channel()} failed.
   *
   * @param thrown by the stub, or passed to its observer
   * @return empty if the exception does not come from a failed call
   */
  public static Optional<CallFailed> in(@Nullable Throwable thrown) {
    var at = thrown;
    for (int i = 0; at != null && i < DEEPEST; i++) {
      switch (at) {
        case CallFailed failed -> {
          return Optional.of(failed);
        }
        case StatusRuntimeException ended when !caused(ended) -> {
          return Optional.of(of(ended.getStatus(), ended.getTrailers()));
        }
        case StatusException ended when !caused(ended) -> {
          return Optional.of(of(ended.getStatus(), ended.getTrailers()));
        }
        default -> at = at.getCause();
      }
    }
    return Optional.empty();
  }

  /** Why the call failed. */
  public Failure failure() {
    return failure;
  }

  private static boolean caused(Throwable ended) {
    return ended.getCause() instanceof CallFailed;
  }

  private static CallFailed of(Status status, @Nullable Metadata trailers) {
    return new CallFailed(
        GrpcFailures.of(status, Objects.requireNonNullElseGet(trailers, Metadata::new)));
  }
}
