package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.frames.ConnectionError;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.util.OptionalInt;

/**
 * The SETTINGS of a peer (RFC 9113 section 6.5), from a frame or from an upgrade. If a setting is
 * repeated, only its last value is applied.
 */
public final class PeerSettings {
  private static final int UNSET = -1;
  private static final int SIZE = 6;

  private int lowestTable = UNSET;
  private int table = UNSET;
  private int initialWindow = UNSET;
  private int maxStreams = UNSET;

  private PeerSettings() {}

  public static PeerSettings read(byte[] bytes, int offset, int length) {
    require(length % SIZE == 0, ErrorCode.FRAME_SIZE_ERROR, "SETTINGS");
    var settings = new PeerSettings();
    for (int at = offset; at < offset + length; at += SIZE) {
      int id = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
      long value =
          (bytes[at + 2] & 0xFFL) << 24
              | (bytes[at + 3] & 0xFF) << 16
              | (bytes[at + 4] & 0xFF) << 8
              | (bytes[at + 5] & 0xFF);
      settings.put(id, value);
    }
    return settings;
  }

  private void put(int id, long value) {
    switch (id) {
      case Frame.SETTING_TABLE_SIZE -> {
        table = (int) Math.min(value, Frame.DEFAULT_TABLE);
        lowestTable = lowestTable == UNSET ? table : Math.min(lowestTable, table);
      }
      case Frame.SETTING_ENABLE_PUSH ->
          require(value <= 1, ErrorCode.PROTOCOL_ERROR, "SETTINGS_ENABLE_PUSH");
      case Frame.SETTING_MAX_STREAMS -> maxStreams = (int) Math.min(value, Integer.MAX_VALUE);
      case Frame.SETTING_INITIAL_WINDOW -> {
        requireWindow(value <= Integer.MAX_VALUE);
        initialWindow = (int) value;
      }
      case Frame.SETTING_MAX_FRAME ->
          // Sent frames never exceed the default size, so only the range is checked.
          require(
              value >= Frame.MIN_MAX_SIZE && value <= Frame.MAX_MAX_SIZE,
              ErrorCode.PROTOCOL_ERROR,
              "SETTINGS_MAX_FRAME_SIZE");
      default -> {}
    }
  }

  /** The peer's limit on concurrent streams; empty if it sets none. */
  public OptionalInt maxStreams() {
    return maxStreams == UNSET ? OptionalInt.empty() : OptionalInt.of(maxStreams);
  }

  /**
   * Applies the settings, and acknowledges them if they came in a frame. No frame may come in
   * between: some clients enforce and use their settings exactly from the acknowledgement on.
   */
  public void apply(
      Outbound outbound, Iterable<? extends SendingStream> streams, boolean acknowledge) {
    requireWindow(
        outbound.change(
            (turns, frames) -> {
              if (acknowledge) {
                frames.pending().frame(0, Frame.SETTINGS, Frame.ACK, 0);
              }
              return apply(turns, frames, streams);
            }));
  }

  private boolean apply(
      SendTurns turns, FrameWriter frames, Iterable<? extends SendingStream> streams) {
    if (table != UNSET) {
      frames.peerTableSize(lowestTable);
      frames.peerTableSize(table);
    }
    return initialWindow == UNSET || turns.initialWindow(initialWindow, streams);
  }

  private static void requireWindow(boolean holds) {
    require(holds, ErrorCode.FLOW_CONTROL_ERROR, "SETTINGS_INITIAL_WINDOW_SIZE");
  }

  private static void require(boolean holds, ErrorCode code, String what) {
    if (!holds) {
      throw new ConnectionError(code, what);
    }
  }
}
