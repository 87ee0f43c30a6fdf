package dev.oneport.record;

import dev.oneport.api.Reason;

/**
 * An upstream did not answer a call. Handlers that forward calls throw it, or end a call with a
 * status that has it as its cause; guards tell the client the reason, and record it.
 */
public final class UpstreamFailure extends RuntimeException {
  private final Reason reason;

  /** A failure; the message is for operators only. */
  public UpstreamFailure(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
