package dev.oneport.transport.websocket;

import dev.oneport.transport.websocket.WebSocketFailure.Kind;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.ConnectionContext;

/** The bytes of an upgraded connection; holds no buffer while it waits for more. */
final class ByteSource {
  private static final byte[] EMPTY = {};

  private final ReadAhead ahead;
  private final Heartbeat heartbeat;
  private byte[] bytes;
  private int from;
  private int to;

  /** Begins with what the connection's reader has read ahead. */
  ByteSource(ConnectionContext context, Heartbeat heartbeat, ReadAhead ahead) {
    this.ahead = ahead;
    this.heartbeat = heartbeat;
    this.bytes = received(context.dataReader());
    this.to = bytes.length;
  }

  private static byte[] received(DataReader reader) {
    var available = reader.available();
    return available == 0 ? EMPTY : reader.readBytes(available);
  }

  /** The bytes here; those from {@link #from()} to {@link #to()} are not taken yet. */
  byte[] bytes() {
    return bytes;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }

  boolean available() {
    return from < to;
  }

  /** Takes a byte, blocks for it if need be. */
  int next() {
    if (from == to) {
      fill();
    }
    return bytes[from++] & 0xff;
  }

  /** Takes so many of the bytes here. */
  void take(int length) {
    from += length;
  }

  /** Blocks for more bytes; only when all have been taken. */
  void fill() {
    bytes = EMPTY;
    from = 0;
    to = 0;
    heartbeat.listening();
    var more = ahead.next();
    heartbeat.heard();
    if (more == null) {
      throw new WebSocketFailure(Kind.LOST, "the peer ended the connection");
    }
    bytes = more;
    to = more.length;
  }

  /** Drops all that arrives until the connection ends, which is how it ends by failure. */
  void dropRest() {
    while (true) {
      fill();
    }
  }

  /** Has the connection read ahead of what is here; false if nothing is to be read. */
  boolean beginReadAhead(long unread) {
    return ahead.begin(bytes, from, to, unread);
  }
}
