package dev.oneport.transport.websocket;

/** The type of a frame (RFC 6455 section 11.8). */
enum Opcode {
  CONTINUATION(0),
  TEXT(1),
  BINARY(2),
  CLOSE(8),
  PING(9),
  PONG(10);

  private final int code;

  Opcode(int code) {
    this.code = code;
  }

  static Opcode of(int code) {
    return switch (code) {
      case 0 -> CONTINUATION;
      case 1 -> TEXT;
      case 2 -> BINARY;
      case 8 -> CLOSE;
      case 9 -> PING;
      case 10 -> PONG;
      default -> throw WebSocketFailure.protocol("the opcode is reserved");
    };
  }

  int code() {
    return code;
  }

  boolean control() {
    return code >= 8;
  }
}
