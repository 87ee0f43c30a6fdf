package dev.oneport.transport.http2.frames;

/** Constants of the frame layer (RFC 9113 sections 4.1, 6 and 6.5.2). */
public final class Frame {
  public static final int HEADER = 9;
  public static final int MIN_MAX_SIZE = 1 << 14;
  public static final int MAX_MAX_SIZE = (1 << 24) - 1;
  public static final int DEFAULT_WINDOW = 65_535;
  public static final int DEFAULT_TABLE = 4_096;

  public static final int DATA = 0x0;
  public static final int HEADERS = 0x1;
  public static final int PRIORITY = 0x2;
  public static final int RST_STREAM = 0x3;
  public static final int SETTINGS = 0x4;
  public static final int PUSH_PROMISE = 0x5;
  public static final int PING = 0x6;
  public static final int GOAWAY = 0x7;
  public static final int WINDOW_UPDATE = 0x8;
  public static final int CONTINUATION = 0x9;

  public static final int ACK = 0x1;
  public static final int END_STREAM = 0x1;
  public static final int END_HEADERS = 0x4;
  public static final int PADDED = 0x8;
  public static final int PRIORITY_FLAG = 0x20;

  public static final int SETTING_TABLE_SIZE = 0x1;
  public static final int SETTING_ENABLE_PUSH = 0x2;
  public static final int SETTING_MAX_STREAMS = 0x3;
  public static final int SETTING_INITIAL_WINDOW = 0x4;
  public static final int SETTING_MAX_FRAME = 0x5;
  public static final int SETTING_MAX_HEADER_LIST = 0x6;

  private Frame() {}
}
