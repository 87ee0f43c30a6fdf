package dev.oneport.cli;

import dev.oneport.client.Problem;

/** The exit codes of the process. */
final class ExitCode {
  static final int OK = 0;

  /** The command ran and failed. */
  static final int FAILED = 1;

  /** The command line or the configuration is invalid; nothing was done. */
  static final int CONFIGURATION = 2;

  /**
   * The server cannot go on and should be restarted; Java exits with the same code when memory runs
   * out.
   */
  static final int CANNOT_SERVE = 3;

  /**
   * No answer came: the server cannot be reached, is not trusted, is unavailable, or did not answer
   * in time.
   */
  static final int UNREACHABLE = 3;

  /** The server requires a token, or rejects this one. */
  static final int UNAUTHENTICATED = 4;

  /** The server identified the caller and refuses the call. */
  static final int NOT_ALLOWED = 5;

  /** Something other than the server answered, or gRPC does not get through. */
  static final int NOT_THE_SERVER = 6;

  private ExitCode() {}

  /** The exit code for a failed call. */
  static int of(Problem problem) {
    return switch (problem) {
      case TOKEN_MISSING,
          TOKEN_EXPIRED,
          TOKEN_INVALID,
          TOKEN_REVOKED,
          TOKEN_SIGNATURE_REMOVED,
          TOKEN_UNAVAILABLE,
          CERTIFICATE_REFUSED ->
          UNAUTHENTICATED;
      case NOT_ALLOWED -> NOT_ALLOWED;
      case UNAVAILABLE,
          DRAINING,
          UNREACHABLE,
          NAME_UNKNOWN,
          CONNECTION_LOST,
          TIMED_OUT,
          TLS_FAILED,
          NOT_TRUSTED ->
          UNREACHABLE;
      case NO_HTTP2, NOT_THE_SERVER -> NOT_THE_SERVER;
      case LIMITED, UNEXPECTED_ANSWER, NOT_FOUND, BAD_REQUEST, TOO_LARGE, CLOSED, SERVER_FAILED ->
          FAILED;
    };
  }
}
