package dev.oneport.transport.grpc;

import io.grpc.Status;

/** Maps gRPC status codes to those of other protocols. */
public final class StatusCodes {
  private StatusCodes() {}

  /** The HTTP status, as {@code google.rpc.Code} and the Connect protocol specify. */
  public static int http(Status.Code code) {
    return switch (code) {
      case OK -> 200;
      case CANCELLED -> 499;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
      case UNAUTHENTICATED -> 401;
      case PERMISSION_DENIED -> 403;
      case NOT_FOUND -> 404;
      case ALREADY_EXISTS, ABORTED -> 409;
      case RESOURCE_EXHAUSTED -> 429;
      case UNKNOWN, INTERNAL, DATA_LOSS -> 500;
      case UNIMPLEMENTED -> 501;
      case UNAVAILABLE -> 503;
      case DEADLINE_EXCEEDED -> 504;
    };
  }

  /**
   * The code of a WebSocket's close frame (RFC 6455 section 7.4.1, and the IANA registry from 3000
   * on). 1008 is for all others.
   */
  public static int close(Status.Code code) {
    return switch (code) {
      case OK -> 1000;
      case UNAUTHENTICATED -> 3000;
      case PERMISSION_DENIED -> 3003;
      case DEADLINE_EXCEEDED -> 3008;
      case RESOURCE_EXHAUSTED, UNAVAILABLE -> 1013;
      case UNKNOWN, INTERNAL, DATA_LOSS -> 1011;
      case CANCELLED,
          INVALID_ARGUMENT,
          FAILED_PRECONDITION,
          OUT_OF_RANGE,
          NOT_FOUND,
          ALREADY_EXISTS,
          ABORTED,
          UNIMPLEMENTED ->
          1008;
    };
  }
}
