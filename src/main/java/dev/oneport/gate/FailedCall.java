package dev.oneport.gate;

import dev.oneport.api.Reason;

/** A handler could not answer, for a reason of the error table, such as an unreachable upstream. */
public final class FailedCall extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  /**
   * A failure with its cause.
   *
   * @param detail more words, for operators only
   */
  public FailedCall(Reason reason, String detail, Throwable cause) {
    super(detail, cause, false, false);
    this.reason = reason;
  }

  /** A failure without a cause. */
  public FailedCall(Reason reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
