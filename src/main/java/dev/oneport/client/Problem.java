package dev.oneport.client;

/**
 * What can go wrong with a call, on any protocol, and what to do about it. {@link RetryRules} maps
 * statuses, reasons and close codes to problems.
 */
public enum Problem {
  TOKEN_MISSING(Verdict.FINAL, "a token is needed"),
  TOKEN_EXPIRED(Verdict.REFRESH, "the token expired"),
  /** The issuer may have changed its keys, and then a new token is valid. */
  TOKEN_INVALID(Verdict.REFRESH, "the token is not valid here"),
  /** The server never accepts it again; a token that is issued later may be valid. */
  TOKEN_REVOKED(Verdict.REFRESH, "the credential was revoked"),
  TOKEN_SIGNATURE_REMOVED(Verdict.FINAL, "the platform removed the token's signature"),
  /** The token source has none. */
  TOKEN_UNAVAILABLE(Verdict.FINAL, "no token is available"),
  CERTIFICATE_REFUSED(Verdict.FINAL, "the certificate is refused"),
  NOT_ALLOWED(Verdict.FINAL, "the caller may not call this"),

  /** A limit or quota is exceeded. */
  LIMITED(Verdict.RETRY, "too much at once"),
  /** Temporary, for any reason. */
  UNAVAILABLE(Verdict.RETRY, "the server is unavailable"),
  /** The server shuts down; another one is there or will be. */
  DRAINING(Verdict.RETRY, "the server is stopping"),

  UNREACHABLE(Verdict.RETRY_IF_REACHED, "the server cannot be reached"),
  NAME_UNKNOWN(Verdict.RETRY_IF_REACHED, "the server's name does not resolve"),
  CONNECTION_LOST(Verdict.RETRY_IF_REPEATABLE, "the connection was lost"),
  TIMED_OUT(Verdict.FINAL, "no answer came in time"),
  TLS_FAILED(Verdict.FINAL, "no TLS connection can be made"),
  /** The server's certificate does not chain to a root that this client trusts. */
  NOT_TRUSTED(Verdict.FINAL, "the server is not trusted"),
  /** gRPC needs HTTP/2. */
  NO_HTTP2(Verdict.FINAL, "the server speaks HTTP/1.1 only"),
  /** A proxy, a login page or another service answered instead of the server. */
  NOT_THE_SERVER(Verdict.FINAL, "something other than the server answered"),
  /** The service answered in a form that the client does not know. */
  UNEXPECTED_ANSWER(Verdict.FINAL, "the service answered in an unexpected form"),

  NOT_FOUND(Verdict.FINAL, "the server does not have that method or path"),
  BAD_REQUEST(Verdict.FINAL, "the server does not understand the call"),
  TOO_LARGE(Verdict.FINAL, "the message is too large"),
  /** The server closed a socket normally while the client still waited for answers. */
  CLOSED(Verdict.FINAL, "the server closed the socket"),
  SERVER_FAILED(Verdict.FINAL, "the server failed");

  private final Verdict verdict;
  private final String text;

  Problem(Verdict verdict, String text) {
    this.verdict = verdict;
    this.text = text;
  }

  /** How to react to it. */
  public Verdict verdict() {
    return verdict;
  }

  /** The problem in a few words. */
  public String text() {
    return text;
  }
}
