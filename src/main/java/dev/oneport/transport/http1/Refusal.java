package dev.oneport.transport.http1;

import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import java.util.Objects;

/**
 * The responses to requests that are refused before routing; each closes the connection, because
 * the bytes after a malformed head cannot be trusted to be a request (RFC 9112 section 2.2).
 *
 * <p>The texts are fixed and contain no part of the request.
 */
final class Refusal {
  private static final Status HEADERS_TOO_LARGE =
      Status.create(431, "Request Header Fields Too Large");

  private Refusal() {}

  static RequestException malformed(String what) {
    return refuse(EventType.BAD_REQUEST, Status.BAD_REQUEST_400, what);
  }

  static RequestException requestLineTooLong() {
    return refuse(
        EventType.BAD_REQUEST, Status.REQUEST_URI_TOO_LONG_414, "the request line is too long");
  }

  static RequestException headTooLarge() {
    return refuse(EventType.BAD_REQUEST, HEADERS_TOO_LARGE, "the headers are too large");
  }

  static RequestException bodyTooLarge() {
    return refuse(
        EventType.BAD_REQUEST, Status.REQUEST_ENTITY_TOO_LARGE_413, "the body is too large");
  }

  static RequestException tooSlow() {
    return refuse(
        EventType.BAD_REQUEST, Status.REQUEST_TIMEOUT_408, "the request took too long to arrive");
  }

  static RequestException stopping() {
    return refuse(
        EventType.BAD_REQUEST,
        Status.REQUEST_TIMEOUT_408,
        "the server is stopping and accepts no more requests");
  }

  static RequestException expectationUnknown() {
    return refuse(
        EventType.BAD_REQUEST, Status.EXPECTATION_FAILED_417, "only 100-continue can be expected");
  }

  static RequestException notImplemented(String what) {
    return refuse(EventType.BAD_REQUEST, Status.NOT_IMPLEMENTED_501, what);
  }

  static RequestException versionNotSupported() {
    return refuse(
        EventType.HTTP_VERSION_NOT_SUPPORTED,
        Status.HTTP_VERSION_NOT_SUPPORTED_505,
        "only HTTP/1.1 and HTTP/2 are supported");
  }

  /**
   * Creates the refusal again for another read: a shared exception could be added to itself as
   * suppressed.
   */
  static RequestException again(RequestException refusal) {
    return refuse(
        refusal.eventType(), refusal.status(), Objects.requireNonNull(refusal.getMessage()));
  }

  private static RequestException refuse(EventType type, Status status, String message) {
    return RequestException.builder()
        .type(type)
        .status(status)
        .setKeepAlive(false)
        .message(message)
        .build();
  }
}
