package dev.oneport.transport.websocket;

/** The codes of close frames (RFC 6455 section 7.4 and IANA's registry). */
final class CloseCode {
  static final int NORMAL = 1000;
  static final int GOING_AWAY = 1001;
  static final int PROTOCOL_ERROR = 1002;
  static final int NO_CODE = 1005;
  static final int ABNORMAL = 1006;
  static final int INVALID_DATA = 1007;
  static final int TOO_LARGE = 1009;
  static final int INTERNAL_ERROR = 1011;
  static final int TRY_AGAIN_LATER = 1013;

  private static final int RESERVED = 1004;
  private static final int LAST_DEFINED = 1014;
  private static final int FIRST_REGISTERED = 3000;
  private static final int LAST_PRIVATE = 4999;

  private CloseCode() {}

  /** Whether a close frame may carry it; some codes are only for local use. */
  static boolean sendable(int code) {
    if (code >= FIRST_REGISTERED) {
      return code <= LAST_PRIVATE;
    }
    return code >= NORMAL
        && code <= LAST_DEFINED
        && code != RESERVED
        && code != NO_CODE
        && code != ABNORMAL;
  }
}
