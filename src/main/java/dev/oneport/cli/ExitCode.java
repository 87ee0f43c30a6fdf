package dev.oneport.cli;

import dev.oneport.client.Problem;

/** What the process ends with. */
final class ExitCode {
  static final int OK = 0;

  /** It was tried and failed. */
  static final int FAILED = 1;

  /** The command line or the configuration is wrong; nothing was tried. */
  static final int CONFIGURATION = 2;

  /**
   * The server cannot serve any longer, and what started it should start it again; Java ends with
   * the same code when memory runs out.
   */
  static final int CANNOT_SERVE = 3;

  /** The server cannot be reached, or only so long as no answer came. */
  static final int UNREACHABLE = 3;

  /** The server wants a token, or another one. */
  static final int UNAUTHENTICATED = 4;

  /** The server knows the caller and refuses. */
  static final int NOT_ALLOWED = 5;

  /** What answers is not the server, or does not let gRPC through. */
  static final int NOT_THE_SERVER = 6;

  private ExitCode() {}

  /** The code of a call that failed. */
  static int of(Problem problem) {
    return switch (problem) {
      case TOKEN_MISSING,
          TOKEN_EXPIRED,
          TOKEN_INVALID,
          TOKEN_SIGNATURE_REMOVED,
          TOKEN_UNAVAILABLE ->
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
