package dev.oneport.cli;

import dev.oneport.client.Endpoint;
import dev.oneport.client.Problem;

/** What to do about a call that failed, in the words of the command line. */
final class Advice {
  private Advice() {}

  static String on(Problem problem, Endpoint server) {
    return switch (problem) {
      case TOKEN_MISSING ->
          "give one by --key, --adc or --token-file, or with a dev server by --dev-as NAME";
      case TOKEN_EXPIRED -> "get a new one; those of --key and --adc renew themselves";
      case TOKEN_INVALID ->
          "see with 'oneport call doctor' what it says: is its audience this service, does the server"
              + " trust its issuer?";
      case TOKEN_SIGNATURE_REMOVED ->
          "send the platform's token in X-Serverless-Authorization, this service's in Authorization";
      case TOKEN_UNAVAILABLE -> "check the credentials that you gave, and this machine's clock";
      case NOT_ALLOWED -> "ask the operator: no rule of the server's policy allows this caller";
      case LIMITED -> "call less often";
      case UNAVAILABLE, DRAINING -> "try again later; --retry-for waits longer";
      case UNREACHABLE -> "is " + server + " right, and does it run?";
      case NAME_UNKNOWN -> "is " + server.host() + " spelled right?";
      case CONNECTION_LOST -> "try again; 'oneport call doctor' looks closer";
      case TIMED_OUT -> "--timeout waits longer";
      case TLS_FAILED ->
          "'oneport call doctor' shows the certificate; --ca FILE adds a private root";
      case NO_HTTP2 ->
          "have the proxies in between pass HTTP/2 through; 'call http' and 'call ws' work without";
      case NOT_THE_SERVER ->
          "is " + server + " right, and is there no login page or proxy before it?";
      case NOT_FOUND -> "check the path; for gRPC: does the server mount the service Echo?";
      case BAD_REQUEST -> "is this server of the same version?";
      case TOO_LARGE -> "send less at once";
      case CLOSED -> "the server had no reason to give; its log may";
      case SERVER_FAILED -> "the server's log says why";
    };
  }
}
