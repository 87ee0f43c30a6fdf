package dev.oneport.record;

/** How a call ended, as a {@code google.rpc.Code} on every protocol. */
public enum Code {
  OK,
  CANCELLED,
  UNKNOWN,
  INVALID_ARGUMENT,
  DEADLINE_EXCEEDED,
  NOT_FOUND,
  ALREADY_EXISTS,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  FAILED_PRECONDITION,
  ABORTED,
  OUT_OF_RANGE,
  UNIMPLEMENTED,
  INTERNAL,
  UNAVAILABLE,
  DATA_LOSS,
  UNAUTHENTICATED;

  /** The code for an HTTP status, by the table of {@code google.rpc.Code} in reverse. */
  public static Code ofHttp(int status) {
    return switch (status) {
      case 400, 411, 414, 415, 422, 431 -> INVALID_ARGUMENT;
      case 401 -> UNAUTHENTICATED;
      case 403 -> PERMISSION_DENIED;
      case 404, 410 -> NOT_FOUND;
      case 405, 501 -> UNIMPLEMENTED;
      case 408, 504 -> DEADLINE_EXCEEDED;
      case 409 -> ABORTED;
      case 412, 426 -> FAILED_PRECONDITION;
      case 413, 429 -> RESOURCE_EXHAUSTED;
      case 416 -> OUT_OF_RANGE;
      case 499 -> CANCELLED;
      case 502, 503 -> UNAVAILABLE;
      default -> status < 400 ? OK : status < 500 ? FAILED_PRECONDITION : INTERNAL;
    };
  }

  /**
   * The code for a WebSocket close code (RFC 6455 section 7.4, and the registry from 3000 on). A
   * client that closes with a failure is not a failure of the server.
   *
   * @param byClient whether the client closed the socket
   */
  public static Code ofClose(int close, boolean byClient) {
    return switch (close) {
      case 1000, 1001, 1005 -> OK;
      case 1006 -> CANCELLED;
      default -> byClient ? CANCELLED : ofServersClose(close);
    };
  }

  private static Code ofServersClose(int close) {
    return switch (close) {
      case 1002, 1003, 1007, 1010 -> INVALID_ARGUMENT;
      case 1008, 3003 -> PERMISSION_DENIED;
      case 1009, 1013 -> RESOURCE_EXHAUSTED;
      case 1012 -> UNAVAILABLE;
      case 1011 -> INTERNAL;
      case 3000 -> UNAUTHENTICATED;
      case 3008 -> DEADLINE_EXCEEDED;
      default -> UNKNOWN;
    };
  }
}
