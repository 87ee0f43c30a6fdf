package dev.oneport.gateway.standing;

import java.io.IOException;
import java.time.Duration;

/** An address was not tried, because it failed just now. Nothing was sent. */
public final class RestingUpstream extends IOException {
  private static final long serialVersionUID = 1;

  private final Duration retryAfter;

  RestingUpstream(String message, Duration retryAfter) {
    super(message);
    this.retryAfter = retryAfter;
  }

  /** After what time it may be tried again. */
  public Duration retryAfter() {
    return retryAfter;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** The audit writes failures as texts, and this one's type says nothing more. */
  @Override
  @SuppressWarnings("OverrideThrowableToString")
  public String toString() {
    return String.valueOf(getMessage());
  }
}
