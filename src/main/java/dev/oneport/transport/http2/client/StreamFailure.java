package dev.oneport.transport.http2.client;

/**
 * Why a stream ended before its response was complete.
 *
 * @param kind whether the server may have processed the request
 * @param code the code of the server's RST_STREAM (RFC 9113 section 7), or 0
 * @param detail for the log
 */
public record StreamFailure(Kind kind, int code, String detail) {
  /** The kinds of failures. */
  public enum Kind {
    /** The server has not processed the request, which can safely be sent again. */
    NOT_PROCESSED,
    /** The server has reset the stream. */
    RESET,
    /** The connection ended, and the server may have served the request. */
    LOST,
    /** The server sent an invalid response. */
    INVALID
  }
}
