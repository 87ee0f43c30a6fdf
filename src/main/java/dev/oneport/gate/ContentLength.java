package dev.oneport.gate;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The length of a response's content; a wrong {@code Content-Length} set by a handler is not sent.
 */
final class ContentLength {
  /**
   * Statuses whose responses have no content (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5): content
   * that a handler sends with them is dropped. Helidon 4.5.0 answers 500 on HTTP/1.1 instead.
   */
  private static final Set<Integer> EMPTY =
      Set.of(
          Status.NO_CONTENT_204.code(),
          Status.RESET_CONTENT_205.code(),
          Status.NOT_MODIFIED_304.code());

  private final ServerResponse response;
  private final boolean head;

  /**
   * The length of a response.
   *
   * @param head whether it answers a HEAD request, and so consists of the head of the response to
   *     GET
   */
  ContentLength(ServerResponse response, boolean head) {
    this.response = response;
    this.head = head;
  }

  /**
   * Sets the status. For one that allows no content, Helidon 4.5.0 on HTTP/1.1 fails if a length is
   * announced, and otherwise announces 0, which would stay if the handler then chose another.
   */
  void status(Status status) {
    var headers = response.headers();
    var announced = headers.find(HeaderNames.CONTENT_LENGTH);
    headers.remove(HeaderNames.CONTENT_LENGTH);
    response.status(status);
    headers.remove(HeaderNames.CONTENT_LENGTH);
    announced.ifPresent(headers::set);
  }

  /** Whether the status allows no content. */
  boolean isNone() {
    return EMPTY.contains(response.status().code());
  }

  /** Whether content is sent to the client. */
  boolean isSent() {
    return !head && !isNone();
  }

  /** Corrects the length of a response without content. */
  void none() {
    response.headers().remove(HeaderNames.CONTENT_LENGTH);
    response.headers().remove(HeaderNames.TRANSFER_ENCODING);
  }

  /**
   * Sets the length of the entity: a different one set by the handler would truncate it, or leave
   * the client waiting. Without an entity, the length is that of the response to GET (RFC 9110
   * section 8.6).
   */
  void correct(int length) {
    if (response.isSent()) {
      return;
    }
    response.headers().remove(HeaderNames.TRANSFER_ENCODING);
    if (length > 0 || !head) {
      response.headers().remove(HeaderNames.CONTENT_LENGTH);
    }
  }

  /** The length that the handler announced; empty if that is less than {@code least}. */
  OptionalLong announced(long least) {
    response.headers().remove(HeaderNames.TRANSFER_ENCODING);
    if (head) {
      return OptionalLong.empty();
    }
    var length = announced();
    if (length.isEmpty() || length.getAsLong() < least) {
      response.headers().remove(HeaderNames.CONTENT_LENGTH);
      return OptionalLong.empty();
    }
    return length;
  }

  /** The length that the handler announced; empty if it is missing or invalid. */
  OptionalLong announced() {
    try {
      return response.headers().contentLength();
    } catch (IllegalArgumentException | IllegalStateException e) {
      return OptionalLong.empty();
    }
  }
}
