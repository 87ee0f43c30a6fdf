package dev.oneport.cli;

import dev.oneport.client.Endpoint;
import dev.oneport.client.Failure;
import dev.oneport.client.Problem;

/** What to do about a problem, in the words of the command line. */
final class Advice {
  private static final String DOCTOR = "; 'oneport call doctor' looks closer";

  private Advice() {}

  /** For a call that failed: also where to find out more. */
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
              TOKEN_SIGNATURE_REMOVED,
              TOKEN_UNAVAILABLE,
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
          "give one by --key, --adc or --token-file, or with a dev server by --dev-as NAME";
      case TOKEN_EXPIRED -> "get a new one; those of --key and --adc renew themselves";
      case TOKEN_INVALID ->
          "is its audience this service, and its issuer one that the server trusts?";
      case TOKEN_SIGNATURE_REMOVED ->
          "this client sends Authorization alone; where the platform asks for a token too, use one"
              + " that sends both";
      case TOKEN_UNAVAILABLE -> "check the credentials that you gave, and this machine's clock";
      case NOT_ALLOWED -> "ask the operator: no rule of the server's policy allows this caller";
      case LIMITED -> "call less often";
      case UNAVAILABLE, DRAINING -> "--retry-for waits longer";
      case UNREACHABLE -> "is " + server + " right, and does it run?";
      case NAME_UNKNOWN -> "is " + server.host() + " spelled right?";
      case CONNECTION_LOST -> "try again, and look at what stands in between";
      case TIMED_OUT -> "--timeout waits longer";
      case TLS_FAILED -> "is " + server + " right, and who ends TLS there?";
      case NOT_TRUSTED -> "--ca FILE adds a private root";
      case NO_HTTP2 ->
          "have the proxies in between pass HTTP/2 through; 'call http' and 'call ws' work without";
      case NOT_THE_SERVER ->
          "is " + server + " right, and is there no login page or proxy before it?";
      case UNEXPECTED_ANSWER ->
          "without -d, 'call ws' talks to the sample service; for another, give the message by -d";
      case NOT_FOUND ->
          "check the path, or the names of the service and its method: does the server mount it?";
      case BAD_REQUEST -> "is this server of the same version?";
      case TOO_LARGE -> "send less at once, or ask for less";
      case CLOSED -> "the server had no reason to give; its log may";
      case SERVER_FAILED -> "the server's log says why";
    };
  }
}
