package dev.oneport.transport.calls;

/** The client sent something that ends its call. */
public final class CallFailure extends RuntimeException {
  private final GrpcFailure failure;

  /** A failure; the message is for the log alone. */
  public CallFailure(GrpcFailure failure, String message) {
    super(message, null, false, false);
    this.failure = failure;
  }

  public GrpcFailure failure() {
    return failure;
  }
}
