package dev.oneport.cli;

import dev.oneport.client.Endpoint;
import dev.oneport.client.Failure;
import dev.oneport.client.Problem;

/** Advises what to do about a problem, in terms of the command line's options. */
final class Advice {
  private static final String DOCTOR = "; run 'oneport call doctor' for details";

  private Advice() {}

  /** Advice for a failed call, including where to find out more. */
  static String onCall(Failure failure, Endpoint server) {
    var problem = failure.problem();
    var wait =
        failure.delay().isZero() ? "" : "; it asks to wait " + failure.delay().toSeconds() + " s";
    return on(problem, server)
        + wait
        + switch (problem) {
          case TOKEN_INVALID, CONNECTION_LOST, TLS_FAILED, NOT_TRUSTED, NO_HTTP2, NOT_THE_SERVER ->
              DOCTOR;
          case TOKEN_MISSING,
              TOKEN_EXPIRED,
              TOKEN_REVOKED,
              TOKEN_SIGNATURE_REMOVED,
              TOKEN_UNAVAILABLE,
              CERTIFICATE_REFUSED,
              NOT_ALLOWED,
              LIMITED,
              UNAVAILABLE,
              DRAINING,
              UNREACHABLE,
              NAME_UNKNOWN,
              TIMED_OUT,
              UNEXPECTED_ANSWER,
              NOT_FOUND,
              BAD_REQUEST,
              TOO_LARGE,
              CLOSED,
              SERVER_FAILED ->
              "";
        };
  }

  static String on(Problem problem, Endpoint server) {
    return switch (problem) {
      case TOKEN_MISSING ->
          "pass one with --key, --adc or --token-file, or for a dev server with --dev-as NAME";
      case TOKEN_EXPIRED -> "get a new one; with --key and --adc tokens are renewed automatically";
      case TOKEN_INVALID ->
          "is its audience this service, and its issuer one that the server trusts?";
      case TOKEN_REVOKED ->
          "get a token that is issued from now on, for example by logging in again";
      case TOKEN_SIGNATURE_REMOVED ->
          "this client sends only Authorization; if the platform needs a token too, use a client"
              + " that sends both";
      case TOKEN_UNAVAILABLE -> "check the credentials that you gave, and this machine's clock";
      case CERTIFICATE_REFUSED -> "the detail is in the server's audit";
      case NOT_ALLOWED -> "ask the operator: no rule of the server's policy allows this caller";
      case LIMITED -> "call less often";
      case UNAVAILABLE, DRAINING -> "wait longer with --retry-for";
      case UNREACHABLE -> "is " + server + " right, and does it run?";
      case NAME_UNKNOWN -> "is " + server.host() + " spelled right?";
      case CONNECTION_LOST -> "try again, and check the proxies in between";
      case TIMED_OUT -> "wait longer with --timeout";
      case TLS_FAILED -> "is " + server + " right, and what terminates TLS there?";
      case NOT_TRUSTED -> "--cacert FILE adds a private root";
      case NO_HTTP2 ->
          "let the proxies in between pass HTTP/2 through; 'call http' and 'call ws' do not need it";
      case NOT_THE_SERVER -> "is " + server + " right, or is a login page or proxy in front of it?";
      case UNEXPECTED_ANSWER ->
          "without -d, 'call ws' talks to the sample service; for another service, pass the message with -d";
      case NOT_FOUND ->
          "check the path, or the names of the service and its method: does the server mount it?";
      case BAD_REQUEST -> "does the server run the same version?";
      case TOO_LARGE -> "send or request less at once";
      case CLOSED -> "the server gave no reason; its log may have one";
      case SERVER_FAILED -> "the reason is in the server's log";
    };
  }
}
