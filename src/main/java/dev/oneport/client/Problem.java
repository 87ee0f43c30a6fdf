package dev.oneport.client;

/**
 * What can go wrong with a call, on any protocol, and what to do about it. {@link RetryRules} says
 * which status, reason or close code is which problem.
 */
public enum Problem {
  TOKEN_MISSING(Verdict.FINAL, "a token is needed"),
  TOKEN_EXPIRED(Verdict.REFRESH, "the token expired"),
  /** Its issuer may have changed its keys, and a new token may be good. */
  TOKEN_INVALID(Verdict.REFRESH, "the token is not valid here"),
  TOKEN_SIGNATURE_REMOVED(Verdict.FINAL, "the platform removed the token's signature"),
  /** The source of tokens gives none. */
  TOKEN_UNAVAILABLE(Verdict.FINAL, "no token is available"),
  NOT_ALLOWED(Verdict.FINAL, "the caller may not call this"),

  /** Over a limit or a quota. */
  LIMITED(Verdict.RETRY, "too much at once"),
  /** For a while, whatever the reason. */
  UNAVAILABLE(Verdict.RETRY, "the server cannot answer now"),
  /** Going away; another one is there or will be. */
  DRAINING(Verdict.RETRY, "the server is stopping"),

  UNREACHABLE(Verdict.RETRY_IF_REACHED, "the server cannot be reached"),
  NAME_UNKNOWN(Verdict.RETRY_IF_REACHED, "the server's name is not known"),
  CONNECTION_LOST(Verdict.RETRY_IF_REPEATABLE, "the connection was lost"),
  TIMED_OUT(Verdict.FINAL, "no answer came in time"),
  TLS_FAILED(Verdict.FINAL, "no TLS connection can be made"),
  /** Its certificate leads to no root that this client trusts. */
  NOT_TRUSTED(Verdict.FINAL, "the server is not trusted"),
  /** gRPC needs HTTP/2. */
  NO_HTTP2(Verdict.FINAL, "the server speaks HTTP/1.1 only"),
  /** A proxy, a login page or another service answered instead of the server. */
  NOT_THE_SERVER(Verdict.FINAL, "something else than the server answered"),
  /** The service answers, and not in the form that its client knows. */
  UNEXPECTED_ANSWER(Verdict.FINAL, "the service answers in another form"),

  NOT_FOUND(Verdict.FINAL, "the server has nothing by that name"),
  BAD_REQUEST(Verdict.FINAL, "the server does not understand the call"),
  TOO_LARGE(Verdict.FINAL, "the message is too large"),
  /** The server ended a socket in good order while answers were awaited. */
  CLOSED(Verdict.FINAL, "the server closed the socket"),
  SERVER_FAILED(Verdict.FINAL, "the server failed");

  private final Verdict verdict;
  private final String text;

  Problem(Verdict verdict, String text) {
    this.verdict = verdict;
    this.text = text;
  }

  /** What to do about it. */
  public Verdict verdict() {
    return verdict;
  }

  /** What it is, in a few words. */
  public String text() {
    return text;
  }
}
