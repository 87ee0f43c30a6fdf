package dev.oneport.transport.websocket;

import org.jspecify.annotations.Nullable;

/**
 * Why a socket ended that was not closed by its two sides' agreement; what {@code onError} hears
 * and what sending to such a socket throws.
 */
public final class WebSocketFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What went wrong. */
  public enum Kind {
    /** The peer broke the protocol. */
    PROTOCOL(CloseCode.PROTOCOL_ERROR),
    /** The peer sent text that is no UTF-8, or data that cannot be decompressed. */
    DATA(CloseCode.INVALID_DATA),
    /** The peer sent more than the limits allow. */
    TOO_LARGE(CloseCode.TOO_LARGE),
    /** Too many messages are being handled. */
    BUSY(CloseCode.TRY_AGAIN_LATER),
    /** The connection ended without a close frame. */
    LOST(CloseCode.ABNORMAL),
    /** The peer answered no pings. */
    SILENT(CloseCode.ABNORMAL),
    /** The peer took too long to read what was sent to it. */
    SLOW(CloseCode.ABNORMAL),
    /** It was ended from this side without a handshake. */
    TERMINATED(CloseCode.ABNORMAL),
    /** It had been closed when something was to be sent. */
    CLOSED(CloseCode.ABNORMAL);

    private final int code;

    Kind(int code) {
      this.code = code;
    }
  }

  private final Kind kind;

  WebSocketFailure(Kind kind, String message) {
    this(kind, message, null);
  }

  WebSocketFailure(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** The code that stands for it, 1006 if no close frame was sent. */
  public int code() {
    return kind.code;
  }

  static WebSocketFailure protocol(String message) {
    return new WebSocketFailure(Kind.PROTOCOL, message);
  }

  static WebSocketFailure data(String message) {
    return new WebSocketFailure(Kind.DATA, message);
  }

  static WebSocketFailure tooLarge(String message) {
    return new WebSocketFailure(Kind.TOO_LARGE, message);
  }
}
