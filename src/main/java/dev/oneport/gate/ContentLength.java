package dev.oneport.gate;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.util.OptionalLong;
import java.util.Set;

/** How long a response's content is, whatever its handler says; what is wrong is not sent. */
final class ContentLength {
  /**
   * Statuses whose responses have no content (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5): what a
   * handler sends with them is dropped. Helidon 4.5.0 makes it a 500 on HTTP/1.1.
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
   * @param head whether it answers a HEAD, and so has the head of a response to GET alone
   */
  ContentLength(ServerResponse response, boolean head) {
    this.response = response;
    this.head = head;
  }

  /**
   * Sets the status. With one that allows no content Helidon 4.5.0 announces a length of 0 on
   * HTTP/1.1, which would stay if the handler then chose another.
   */
  void status(Status status) {
    var announced = response.headers().contains(HeaderNames.CONTENT_LENGTH);
    response.status(status);
    if (!announced) {
      response.headers().remove(HeaderNames.CONTENT_LENGTH);
    }
  }

  /** Whether the status allows no content. */
  boolean isNone() {
    return EMPTY.contains(response.status().code());
  }

  /** Whether the client is sent any content. */
  boolean isSent() {
    return !head && !isNone();
  }

  /** Nothing follows the head. */
  void none() {
    response.headers().remove(HeaderNames.CONTENT_LENGTH);
    response.headers().remove(HeaderNames.TRANSFER_ENCODING);
  }

  /**
   * An entity has its own length: another one that the handler has set would cut it off, or leave
   * the client waiting. Without an entity it is that of the response to GET (RFC 9110 section 8.6).
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

  /** The length that the handler has announced; not one that is less than what there is. */
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

  /** The length that the handler has announced; empty if it is none. */
  OptionalLong announced() {
    try {
      return response.headers().contentLength();
    } catch (IllegalArgumentException | IllegalStateException e) {
      return OptionalLong.empty();
    }
  }
}
