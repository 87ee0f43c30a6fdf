package dev.oneport.transport.http1;

import java.util.Locale;

/** Decides where a request's body ends (RFC 9112 section 6), or refuses an ambiguous request. */
final class Framing {
  private static final int MAX_LENGTH_DIGITS = 18;

  private final long maxBody;
  private int lengths;
  private String length = "";
  private int codings;
  private String coding = "";

  /**
   * @param maxBody the most bytes of a body, -1 for no bound
   */
  Framing(long maxBody) {
    this.maxBody = maxBody;
  }

  /** Adds a {@code Content-Length}. */
  void length(String value) {
    lengths++;
    length = value;
  }

  /** Adds a {@code Transfer-Encoding}. */
  void coding(String value) {
    codings++;
    coding = codings == 1 ? value : coding + "," + value;
  }

  /**
   * The body's framing.
   *
   * @param http10 whether the request uses HTTP/1.0, which has no transfer codings: an intermediary
   *     may have seen a different end of the body (RFC 9112 section 6.1)
   */
  Body body(boolean http10) {
    if (codings == 0) {
      return lengths == 0 ? NoBody.INSTANCE : fixed();
    }
    if (http10) {
      throw Refusal.malformed("HTTP/1.0 has no transfer codings");
    }
    if (lengths > 0) {
      throw Refusal.malformed("a request has a length or a transfer coding, not both");
    }
    if (coding.equalsIgnoreCase("chunked")) {
      return new ChunkedBody(maxBody);
    }
    var all = coding.toLowerCase(Locale.ROOT).replace(" ", "");
    if (all.endsWith(",chunked") && all.indexOf("chunked") == all.length() - "chunked".length()) {
      throw Refusal.notImplemented("the only transfer coding here is chunked");
    }
    throw Refusal.malformed("the transfer coding of a request must be chunked");
  }

  private Body fixed() {
    var plain = !length.isEmpty() && length.chars().allMatch(c -> c >= '0' && c <= '9');
    if (lengths > 1 || !plain || length.length() > MAX_LENGTH_DIGITS) {
      throw Refusal.malformed("there must be one Content-Length, a number");
    }
    var bytes = Long.parseLong(length);
    if (maxBody >= 0 && bytes > maxBody) {
      throw Refusal.bodyTooLarge();
    }
    return bytes == 0 ? NoBody.INSTANCE : new FixedBody(bytes);
  }
}
