package dev.oneport.transport.websocket;

import org.jspecify.annotations.Nullable;

/**
 * Why a socket ended without a closing handshake: passed to {@code onError}, and thrown by later
 * sends.
 */
public final class WebSocketFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The kind of a failure. */
  public enum Kind {
    /** The peer violated the protocol. */
    PROTOCOL(CloseCode.PROTOCOL_ERROR),
    /** The peer sent text that is not UTF-8, or data that cannot be decompressed. */
    DATA(CloseCode.INVALID_DATA),
    /** The peer sent more than the limits allow. */
    TOO_LARGE(CloseCode.TOO_LARGE),
    /** Too many messages are being handled. */
    BUSY(CloseCode.TRY_AGAIN_LATER),
    /** The connection ended without a close frame. */
    LOST(CloseCode.ABNORMAL),
    /** The peer did not answer pings. */
    SILENT(CloseCode.ABNORMAL),
    /** The peer read too slowly. */
    SLOW(CloseCode.ABNORMAL),
    /** This side ended the socket without a closing handshake. */
    TERMINATED(CloseCode.ABNORMAL),
    /** The socket was already closed when a message was to be sent. */
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

  /** The kind of the failure. */
  public Kind kind() {
    return kind;
  }

  /** The close code; 1006 if no close frame was sent. */
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
