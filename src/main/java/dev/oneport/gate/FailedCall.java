package dev.oneport.gate;

import dev.oneport.api.Reason;
import java.time.Duration;
import java.util.Optional;

/** A handler could not answer, for a reason of the error table, such as an unreachable upstream. */
public final class FailedCall extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;
  private final Optional<Duration> retryAfter;

  /**
   * A failure with its cause.
   *
   * @param detail more words, for operators only
   */
  public FailedCall(Reason reason, String detail, Throwable cause) {
    super(detail, cause, false, false);
    this.reason = reason;
    this.retryAfter = Optional.empty();
  }

  /** A failure without a cause. */
  public FailedCall(Reason reason, String detail) {
    this(reason, detail, Optional.empty());
  }

  /**
   * A failure after which waiting may help.
   *
   * @param retryAfter what the client is told of when to try again
   */
  public FailedCall(Reason reason, String detail, Optional<Duration> retryAfter) {
    super(detail, null, false, false);
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  Optional<Duration> retryAfter() {
    return retryAfter;
  }

  public Reason reason() {
    return reason;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
