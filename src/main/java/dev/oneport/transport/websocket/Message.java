package dev.oneport.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** An incoming message: the bytes that are not delivered yet, within its limit. */
final class Message {
  private final Opcode opcode;
  private final boolean compressed;
  private final long most;
  private final Utf8 utf8 = new Utf8();
  private final Held held = new Held();
  private long size;

  /** Returns its array without copying. */
  private static final class Held extends ByteArrayOutputStream {
    Held() {
      super(0);
    }

    String text(int length) {
      return new String(buf, 0, length, StandardCharsets.UTF_8);
    }

    void keepFrom(int at) {
      System.arraycopy(buf, at, buf, 0, count - at);
      count -= at;
    }
  }

  /**
   * @param most the maximum size in bytes
   */
  Message(Opcode opcode, boolean compressed, long most) {
    this.opcode = opcode;
    this.compressed = compressed;
    this.most = most;
  }

  boolean text() {
    return opcode == Opcode.TEXT;
  }

  boolean compressed() {
    return compressed;
  }

  /** Whether no bytes of it have arrived yet. */
  boolean empty() {
    return size == 0;
  }

  /** Fails if this many more bytes exceed the limit. */
  void expect(long bytes) {
    if (bytes > most - size) {
      throw WebSocketFailure.tooLarge("a message is too large");
    }
  }

  /** Adds unmasked and decompressed bytes. */
  void add(byte[] bytes, int from, int to) {
    // the first fault counts, so that a failure does not depend on how the bytes are cut into
    // pieces
    var within = (int) Math.min(to, from + most - size);
    if (text() && !utf8.valid(bytes, from, within)) {
      throw WebSocketFailure.data("a text is not UTF-8");
    }
    expect(to - from);
    size += to - from;
    held.write(bytes, from, to - from);
  }

  /** The number of held bytes. */
  int held() {
    return held.size();
  }

  /** Removes and returns the held text; up to its last whole character if more will follow. */
  String takeText(boolean last) {
    if (last && utf8.incomplete() > 0) {
      throw WebSocketFailure.data("a text is not UTF-8");
    }
    var length = held.size() - utf8.incomplete();
    var text = held.text(length);
    held.keepFrom(length);
    return text;
  }

  /** Removes and returns the held bytes. */
  byte[] takeBytes() {
    var bytes = held.toByteArray();
    held.reset();
    return bytes;
  }
}
