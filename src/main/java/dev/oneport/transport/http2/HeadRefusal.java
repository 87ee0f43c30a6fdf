package dev.oneport.transport.http2;

import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportRequest;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectTransportRequest;

/**
 * Why a request is refused because of its head, with the same answer as on HTTP/1.1. A violation of
 * HTTP/2 itself resets the stream instead.
 */
public enum HeadRefusal {
  /** The method, the scheme or the authority is malformed. */
  MALFORMED(400, "Bad Request", "the method, the scheme or the authority is malformed"),
  /** The path is malformed; it is replaced by one that matches no route. */
  TARGET_MALFORMED(400, "Bad Request", "the target is malformed"),
  /** {@code Expect} is not {@code 100-continue} (RFC 9110 section 10.1.1). */
  EXPECTATION_UNKNOWN(417, "Expectation Failed", "only 100-continue can be expected"),
  /** The method is CONNECT; this server is not a proxy. */
  TUNNEL(501, "Not Implemented", "this server is not a proxy"),
  /** The fields exceeded {@link Http2Limits#maxHeaderListSize} and were not kept. */
  TOO_LARGE(431, "Request Header Fields Too Large", "the headers are too large");

  private final int code;
  private final String phrase;
  private final String message;

  HeadRefusal(int code, String phrase, String message) {
    this.code = code;
    this.phrase = phrase;
    this.message = message;
  }

  /** Whether a protocol such as gRPC may answer it in its own form. */
  boolean isLeftToProtocols() {
    return this == TARGET_MALFORMED || this == TOO_LARGE;
  }

  /** The exception that Helidon's direct handlers answer. */
  public RequestException exception(RequestHead head) {
    return RequestException.builder()
        .type(EventType.BAD_REQUEST)
        .status(Status.create(code, phrase))
        .request(request(head))
        .message(message)
        .build();
  }

  private static TransportRequest request(RequestHead head) {
    return DirectTransportRequest.create("HTTP/2.0", head.method(), "");
  }
}
