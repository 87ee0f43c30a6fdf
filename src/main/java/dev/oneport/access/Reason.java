package dev.oneport.access;

import io.grpc.Status;

/**
 * Why a call was refused or ended, and what that is called on each protocol. This is the one place
 * where it is said; the guards read it.
 *
 * <p>HTTP follows RFC 6750 section 3 and RFC 9110, gRPC the status codes with one {@code
 * google.rpc.ErrorInfo} (AIP-193), WebSocket the registered close codes.
 */
public enum Reason {
  CREDENTIALS_MISSING(401, "", Status.Code.UNAUTHENTICATED, 3000, "a token is needed"),
  ACCESS_TOKEN_EXPIRED(
      401, "invalid_token", Status.Code.UNAUTHENTICATED, 3000, "the token expired"),
  ACCESS_TOKEN_INVALID(
      401, "invalid_token", Status.Code.UNAUTHENTICATED, 3000, "the token is not valid here"),
  ACCESS_TOKEN_SIGNATURE_REMOVED(
      401,
      "invalid_token",
      Status.Code.UNAUTHENTICATED,
      3000,
      "the platform removed the token's signature; send the platform's token in X-Serverless-Authorization"
          + " and this service's token in Authorization"),
  CALLER_NOT_ALLOWED(
      403,
      "insufficient_scope",
      Status.Code.PERMISSION_DENIED,
      3003,
      "the caller may not call this"),
  LIMIT_EXCEEDED(
      429, "", Status.Code.RESOURCE_EXHAUSTED, 1013, "too much at once; try again later"),
  KEYS_UNAVAILABLE(
      503, "", Status.Code.UNAVAILABLE, 1013, "the token cannot be checked now; try again later"),
  DRAINING(503, "", Status.Code.UNAVAILABLE, 1001, "the server is stopping; try again"),
  BAD_REQUEST(400, "", Status.Code.INVALID_ARGUMENT, 1007, "the request is not valid"),
  MESSAGE_TOO_LARGE(413, "", Status.Code.RESOURCE_EXHAUSTED, 1009, "the message is too large"),
  INTERNAL(500, "", Status.Code.INTERNAL, 1011, "the server failed");

  private final int http;
  private final String bearerError;
  private final Status.Code grpc;
  private final int webSocket;
  private final String text;

  Reason(int http, String bearerError, Status.Code grpc, int webSocket, String text) {
    this.http = http;
    this.bearerError = bearerError;
    this.grpc = grpc;
    this.webSocket = webSocket;
    this.text = text;
  }

  /** The HTTP status. */
  public int http() {
    return http;
  }

  /** The gRPC status code. */
  public Status.Code grpc() {
    return grpc;
  }

  /** The WebSocket close code. */
  public int webSocket() {
    return webSocket;
  }

  /** What the client is told; the same words on every protocol. */
  public String text() {
    return text;
  }

  /**
   * The {@code error} of a {@code WWW-Authenticate: Bearer} challenge; empty where RFC 6750 wants
   * none.
   */
  String bearerError() {
    return bearerError;
  }

  /** Whether the answer challenges the client for a token. */
  boolean challenges() {
    return http == 401 || http == 403;
  }

  /** Whether the same call may succeed later. */
  public boolean temporary() {
    return http == 429 || http == 503;
  }
}
