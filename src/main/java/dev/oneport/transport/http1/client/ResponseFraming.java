package dev.oneport.transport.http1.client;

import dev.oneport.transport.HeaderLine;

/**
 * Decides where a response's content ends (RFC 9112 section 6.3), or rejects an ambiguous response.
 */
final class ResponseFraming {
  private static final int MAX_LENGTH_DIGITS = 18;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  private ResponseFraming() {}

  /**
   * The content of a response.
   *
   * @param bodiless whether the request was a HEAD request
   */
  static ResponseContent content(
      OriginHead head, boolean bodiless, OriginInput input, int maxTrailerBytes)
      throws UncleanResponse {
    var codings = HeaderLine.values(head.fields(), "transfer-encoding");
    var lengths = HeaderLine.values(head.fields(), "content-length");
    if (!codings.isEmpty() && !lengths.isEmpty()) {
      throw new UncleanResponse("a length and a transfer coding");
    }
    if (!codings.isEmpty()
        && (head.http10()
            || codings.size() > 1
            || !codings.getFirst().equalsIgnoreCase("chunked")
            || head.status() == NO_CONTENT)) {
      throw new UncleanResponse("the transfer coding is not chunked, or not allowed");
    }
    long length = lengths.isEmpty() ? -1 : length(lengths.getFirst());
    if (lengths.size() > 1 || (head.status() == NO_CONTENT && length > 0)) {
      throw new UncleanResponse("the length is ambiguous");
    }
    if (bodiless || head.status() == NO_CONTENT || head.status() == NOT_MODIFIED) {
      return new FixedContent(input, 0);
    }
    if (!codings.isEmpty()) {
      return new ChunkedContent(input, maxTrailerBytes);
    }
    return length < 0 ? new ContentToEnd(input) : new FixedContent(input, length);
  }

  private static long length(String text) throws UncleanResponse {
    if (text.isEmpty()
        || text.length() > MAX_LENGTH_DIGITS
        || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new UncleanResponse("the length is not a number");
    }
    return Long.parseLong(text);
  }
}
