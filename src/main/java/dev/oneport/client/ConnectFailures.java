package dev.oneport.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Maps exceptions of connections to problems. */
final class ConnectFailures {
  private static final int DEEPEST = 16;

  private ConnectFailures() {}

  /** The failure of an I/O exception; {@link Problem#CONNECTION_LOST} if nothing more is known. */
  static Failure of(IOException e) {
    return in(e).orElseGet(() -> lost(e));
  }

  /**
   * The failure that an exception or one of its causes stands for, the innermost first; empty if it
   * is none that is known here.
   */
  static Optional<Failure> in(@Nullable Throwable thrown) {
    var causes = new ArrayDeque<Throwable>();
    for (var each = thrown; each != null && causes.size() < DEEPEST; each = each.getCause()) {
      causes.push(each);
    }
    return causes.stream().map(ConnectFailures::one).flatMap(Optional::stream).findFirst();
  }

  private static Optional<Failure> one(Throwable e) {
    return switch (e) {
      case UnknownHostException _ -> found(Problem.NAME_UNKNOWN, "");
      case UnresolvedAddressException _ -> found(Problem.NAME_UNKNOWN, "");
      case HttpConnectTimeoutException _ ->
          found(Problem.UNREACHABLE, "it does not answer the connection");
      case SocketTimeoutException late -> found(late);
      case HttpTimeoutException _ -> found(Problem.TIMED_OUT, "");
      case ConnectException _ -> found(Problem.UNREACHABLE, "nothing listens there");
      case NoRouteToHostException _ -> found(Problem.UNREACHABLE, "there is no route to it");
      case PortUnreachableException _ -> found(Problem.UNREACHABLE, "nothing listens there");
      case CertificateExpiredException _ ->
          found(Problem.TLS_FAILED, "the server's certificate has expired; have it renewed");
      case CertificateNotYetValidException _ ->
          found(
              Problem.TLS_FAILED, "the server's certificate is not valid yet; is the clock right?");
      case CertPathBuilderException _ -> untrusted();
      case CertPathValidatorException _ -> untrusted();
      case ProtocolException odd -> found(Problem.NOT_THE_SERVER, odd(odd));
      case SSLException tls -> found(Problem.TLS_FAILED, tls(tls));
      default -> Optional.empty();
    };
  }

  /** The JDK uses one exception for connecting and reading; only the message tells which. */
  private static Optional<Failure> found(SocketTimeoutException late) {
    return String.valueOf(late.getMessage()).startsWith("Read")
        ? found(Problem.TIMED_OUT, "it accepts the connection but sends nothing")
        : found(Problem.UNREACHABLE, "it does not answer the connection");
  }

  private static Optional<Failure> untrusted() {
    return found(Problem.NOT_TRUSTED, "the server's certificate does not chain to a trusted root");
  }

  private static String tls(SSLException e) {
    var message = String.valueOf(e.getMessage());
    if (message.contains("nrecognized SSL message")) {
      return "the server answers in plaintext; use http:// or ws://";
    }
    if (message.contains("No subject alternative") || message.contains("No name matching")) {
      return "the server's certificate is for another name; use the name that it is for";
    }
    if (message.contains("terminated the handshake")) {
      return "the server ends the handshake; if it speaks plaintext, use http:// or ws://";
    }
    return ForeignText.line(message);
  }

  private static String odd(ProtocolException e) {
    var message = String.valueOf(e.getMessage());
    return message.toLowerCase(Locale.ROOT).startsWith("invalid status line")
        ? "it does not answer in HTTP; does it expect TLS (https:// or wss://)?"
        : "it violates the protocol: " + ForeignText.line(message);
  }

  private static Failure lost(IOException e) {
    return Failure.of(
        Problem.CONNECTION_LOST, e instanceof EOFException ? "" : ForeignText.line(e.getMessage()));
  }

  private static Optional<Failure> found(Problem problem, String detail) {
    return Optional.of(Failure.of(problem, detail));
  }
}
