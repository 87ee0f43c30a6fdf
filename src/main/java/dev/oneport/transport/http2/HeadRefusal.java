package dev.oneport.transport.http2;

import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportRequest;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectTransportRequest;

/**
 * Why a request is answered by its head alone, with what HTTP/1.1 answers. What breaks the rules of
 * HTTP/2 itself is not answered: its stream is reset.
 */
public enum HeadRefusal {
  /** The method, the scheme or the authority. */
  MALFORMED(400, "Bad Request", "the method, the scheme or the authority is malformed"),
  /** The path, which is replaced by that of no method and no route. */
  TARGET_MALFORMED(400, "Bad Request", "the target is malformed"),
  /** What is expected is not {@code 100-continue} (RFC 9110 section 10.1.1). */
  EXPECTATION_UNKNOWN(417, "Expectation Failed", "only 100-continue can be expected"),
  /** CONNECT: this server is no proxy. */
  TUNNEL(501, "Not Implemented", "this server is not a proxy"),
  /** The fields were more than {@link Http2Limits#maxHeaderListSize}, and were not kept. */
  TOO_LARGE(431, "Request Header Fields Too Large", "the headers are too large");

  private final int code;
  private final String phrase;
  private final String message;

  HeadRefusal(int code, String phrase, String message) {
    this.code = code;
    this.phrase = phrase;
    this.message = message;
  }

  /** Whether a protocol such as gRPC may refuse it in its own words. */
  boolean isLeftToProtocols() {
    return this == TARGET_MALFORMED || this == TOO_LARGE;
  }

  /** As Helidon answers it. */
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
