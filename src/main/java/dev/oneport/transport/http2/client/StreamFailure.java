package dev.oneport.transport.http2.client;

/**
 * Why a stream ended before its response did.
 *
 * @param kind what that means for who sent the request
 * @param code of the server's RST_STREAM (RFC 9113 section 7), or 0
 * @param detail for the log
 */
public record StreamFailure(Kind kind, int code, String detail) {
  /** What a failure means. */
  public enum Kind {
    /** The server has not looked at the request: it is safe to send it again. */
    NOT_PROCESSED,
    /** The server has reset the stream. */
    RESET,
    /** The connection ended, and the server may have served the request. */
    LOST,
    /** The server sent what is no response. */
    INVALID
  }
}
