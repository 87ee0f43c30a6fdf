package dev.oneport.transport.grpc;

/** The client sent what ends its call. */
final class CallFailure extends RuntimeException {
  private final GrpcFailure failure;

  CallFailure(GrpcFailure failure, String message) {
    super(message, null, false, false);
    this.failure = failure;
  }

  GrpcFailure failure() {
    return failure;
  }
}
