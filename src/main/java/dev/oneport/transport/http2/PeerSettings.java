package dev.oneport.transport.http2;

/** Applies the SETTINGS of a client (RFC 9113 section 6.5), from a frame or from an upgrade. */
final class PeerSettings {
  private final Http2Connection connection;

  PeerSettings(Http2Connection connection) {
    this.connection = connection;
  }

  void apply(byte[] bytes, int offset, int length) {
    require(length % 6 == 0, ErrorCode.FRAME_SIZE_ERROR, "SETTINGS");
    for (int at = offset; at < offset + length; at += 6) {
      int id = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
      long value =
          (bytes[at + 2] & 0xFFL) << 24
              | (bytes[at + 3] & 0xFF) << 16
              | (bytes[at + 4] & 0xFF) << 8
              | (bytes[at + 5] & 0xFF);
      apply(id, value);
    }
  }

  private void apply(int id, long value) {
    switch (id) {
      case Frame.SETTING_TABLE_SIZE ->
          connection.outbound().peerTableSize((int) Math.min(value, Frame.DEFAULT_TABLE));
      case Frame.SETTING_ENABLE_PUSH ->
          require(value <= 1, ErrorCode.PROTOCOL_ERROR, "SETTINGS_ENABLE_PUSH");
      case Frame.SETTING_INITIAL_WINDOW -> initialWindow(value);
      case Frame.SETTING_MAX_FRAME ->
          // Frames of the size that every client takes are sent, so only the range matters.
          require(
              value >= Frame.MIN_MAX_SIZE && value <= Frame.MAX_MAX_SIZE,
              ErrorCode.PROTOCOL_ERROR,
              "SETTINGS_MAX_FRAME_SIZE");
      default -> {}
    }
  }

  private void initialWindow(long value) {
    var streams = connection.streams().all();
    require(
        value <= Integer.MAX_VALUE
            && connection.outbound().windows(turns -> turns.initialWindow((int) value, streams)),
        ErrorCode.FLOW_CONTROL_ERROR,
        "SETTINGS_INITIAL_WINDOW_SIZE");
  }

  private static void require(boolean holds, ErrorCode code, String what) {
    if (!holds) {
      throw new ConnectionError(code, what);
    }
  }
}
