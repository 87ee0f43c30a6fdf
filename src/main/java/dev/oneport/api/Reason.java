package dev.oneport.api;

/**
 * Why a call was refused or ended: the rows of the error table, which is the same on every
 * protocol.
 *
 * <p>HTTP statuses follow RFC 6750 section 3 and RFC 9110, codes are those of {@code
 * google.rpc.Code} (AIP-193), WebSocket close codes are the registered ones.
 */
public enum Reason {
  CREDENTIALS_MISSING(401, "UNAUTHENTICATED", 3000, "a token is needed"),
  ACCESS_TOKEN_EXPIRED(401, "UNAUTHENTICATED", 3000, "the token expired"),
  ACCESS_TOKEN_INVALID(401, "UNAUTHENTICATED", 3000, "the token is not valid here"),
  ACCESS_TOKEN_REVOKED(401, "UNAUTHENTICATED", 3000, "the credential was revoked"),
  ACCESS_TOKEN_SIGNATURE_REMOVED(
      401,
      "UNAUTHENTICATED",
      3000,
      "the platform removed the token's signature; send the platform's token in X-Serverless-Authorization"
          + " and this service's token in Authorization"),
  CERTIFICATE_EXPIRED(401, "UNAUTHENTICATED", 3000, "the client certificate expired"),
  CERTIFICATE_INVALID(401, "UNAUTHENTICATED", 3000, "the client certificate is not valid here"),
  CALLER_NOT_ALLOWED(403, "PERMISSION_DENIED", 3003, "the caller may not call this"),
  LIMIT_EXCEEDED(429, "RESOURCE_EXHAUSTED", 1013, "too much at once; try again later"),
  KEYS_UNAVAILABLE(503, "UNAVAILABLE", 1013, "the token cannot be checked now; try again later"),
  DRAINING(503, "UNAVAILABLE", 1001, "the server is stopping; try again"),
  UPSTREAM_UNAVAILABLE(502, "UNAVAILABLE", 1013, "the service behind this one cannot be reached"),
  UPSTREAM_TIMEOUT(504, "DEADLINE_EXCEEDED", 1013, "the service behind this one took too long"),
  BAD_REQUEST(400, "INVALID_ARGUMENT", 1007, "the request is not valid"),
  MISDIRECTED_REQUEST(421, "FAILED_PRECONDITION", 1008, "this server does not answer to that host"),
  MESSAGE_TOO_LARGE(413, "RESOURCE_EXHAUSTED", 1009, "the message is too large"),
  INTERNAL(500, "INTERNAL", 1011, "the server failed");

  private final int http;
  private final String code;
  private final int webSocket;
  private final String text;

  Reason(int http, String code, int webSocket, String text) {
    this.http = http;
    this.code = code;
    this.webSocket = webSocket;
    this.text = text;
  }

  /** The HTTP status. */
  public int http() {
    return http;
  }

  /** The name of the gRPC status code, and of Connect's in upper case. */
  public String code() {
    return code;
  }

  /** The WebSocket close code. */
  public int webSocket() {
    return webSocket;
  }

  /** What the client is told; the same words on every protocol. */
  public String text() {
    return text;
  }

  /** Whether the same call may succeed later. */
  public boolean temporary() {
    return http == 429 || http == 503;
  }
}
