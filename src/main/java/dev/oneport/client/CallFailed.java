package dev.oneport.client;

/** A call ended without its answer, and trying again was no use or not allowed. */
public final class CallFailed extends RuntimeException {
  private final transient Failure failure;

  public CallFailed(Failure failure) {
    super(failure.text());
    this.failure = failure;
  }

  static CallFailed of(Problem problem, String detail) {
    return new CallFailed(Failure.of(problem, detail));
  }

  /** What kept the call from its answer. */
  public Failure failure() {
    return failure;
  }
}
