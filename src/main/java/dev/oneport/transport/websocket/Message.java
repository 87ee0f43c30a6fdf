package dev.oneport.transport.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The incoming message: its bytes not yet delivered, within its limit. */
final class Message {
  private final Opcode opcode;
  private final boolean compressed;
  private final long most;
  private final Utf8 utf8 = new Utf8();
  private final Held held = new Held();
  private long size;

  /** Gives its array away without a copy. */
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
   * @param most the most bytes it may have
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

  /** Whether nothing of it has arrived yet. */
  boolean empty() {
    return size == 0;
  }

  /** Fails if this many more bytes exceed the limit. */
  void expect(long bytes) {
    if (bytes > most - size) {
      throw WebSocketFailure.tooLarge("a message is too large");
    }
  }

  /** Takes bytes that are neither masked nor compressed any more. */
  void add(byte[] bytes, int from, int to) {
    expect(to - from);
    size += to - from;
    if (text() && !utf8.valid(bytes, from, to)) {
      throw WebSocketFailure.data("a text is not UTF-8");
    }
    held.write(bytes, from, to - from);
  }

  /** How many bytes are held. */
  int held() {
    return held.size();
  }

  /** Takes the text held; of one that goes on, up to its last whole character. */
  String takeText(boolean last) {
    if (last && utf8.incomplete() > 0) {
      throw WebSocketFailure.data("a text is not UTF-8");
    }
    var length = held.size() - utf8.incomplete();
    var text = held.text(length);
    held.keepFrom(length);
    return text;
  }

  /** Takes the bytes held. */
  byte[] takeBytes() {
    var bytes = held.toByteArray();
    held.reset();
    return bytes;
  }
}
