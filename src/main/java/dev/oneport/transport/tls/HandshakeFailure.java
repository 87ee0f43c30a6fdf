package dev.oneport.transport.tls;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a connection ended without a handshake, as the metrics and the log name it. */
enum HandshakeFailure {
  /** The client sent nothing; health checks and port scans do so. */
  NO_DATA,
  /** The client disconnected in the middle. */
  CLIENT_LEFT,
  /** The client was not done in time. */
  TIMEOUT,
  /** The client sent a request without TLS. */
  PLAIN_HTTP,
  /** The first bytes are those of no protocol that is known here. */
  NOT_TLS,
  /** The client offered no version, cipher or application protocol that the server accepts. */
  NOTHING_IN_COMMON,
  /** The client showed no certificate, or one that the server does not accept. */
  CLIENT_CERTIFICATE,
  /** The client sent an alert; most often it does not trust the server's certificate. */
  CLIENT_ALERT,
  /** A message of the handshake breaks the protocol. */
  MALFORMED,
  /** The server is stopping. */
  STOPPING;

  /** The alert that the JDK sends, or has received, before the text of its exception. */
  private static final Pattern ALERT = Pattern.compile("^\\((\\w+)\\) (Received fatal alert)?");

  private static final Set<String> DIFFERENT =
      Set.of(
          "protocol_version",
          "handshake_failure",
          "insufficient_security",
          "no_application_protocol");

  /** The value of the metrics' label. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the log mentions it; connections without data come with every TCP health check. */
  boolean logged() {
    return this != NO_DATA && this != STOPPING;
  }

  private static boolean broken(@Nullable Throwable e) {
    return e instanceof IOException && !(e instanceof SSLException);
  }

  /**
   * The kind of an exception from the JDK's handshake, which tells its kinds apart by the alert at
   * the beginning of the text only (JDK 25).
   */
  static HandshakeFailure of(IOException e) {
    if (broken(e) || broken(e.getCause())) {
      return CLIENT_LEFT;
    }
    var alert = ALERT.matcher(String.valueOf(e.getMessage()));
    if (!alert.find()) {
      return MALFORMED;
    }
    if (alert.group(2) != null) {
      return CLIENT_ALERT;
    }
    var name = alert.group(1);
    if (DIFFERENT.contains(name)) {
      return NOTHING_IN_COMMON;
    }
    return name.contains("certificate") || name.equals("unknown_ca")
        ? CLIENT_CERTIFICATE
        : MALFORMED;
  }
}
