package dev.oneport.transport.websocket;

import dev.oneport.transport.websocket.WebSocketFailure.Kind;
import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.ConnectionContext;

/** The received bytes of an upgraded connection; holds no buffer while it waits for more. */
final class ByteSource {
  private static final byte[] EMPTY = {};

  private final ReadAhead ahead;
  private final Heartbeat heartbeat;
  private byte[] bytes;
  private int from;
  private int to;

  /** Starts with the bytes that the connection's reader has read ahead. */
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

  /** The buffer; its bytes from {@link #from()} to {@link #to()} are not consumed yet. */
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

  /** Consumes a byte; blocks if there is none. */
  int next() {
    if (from == to) {
      fill();
    }
    return bytes[from++] & 0xff;
  }

  /** Consumes this many bytes. */
  void take(int length) {
    from += length;
  }

  /** Blocks for more bytes; to be called only when all are consumed. */
  void fill() {
    bytes = EMPTY;
    from = 0;
    to = 0;
    heartbeat.listening();
    var more = ahead.next();
    heartbeat.bytesArrived();
    if (more == null) {
      throw new WebSocketFailure(Kind.LOST, "the peer ended the connection");
    }
    bytes = more;
    to = more.length;
  }

  /** Drops all input until the connection ends; it always ends with an exception. */
  void dropRest() {
    while (true) {
      fill();
    }
  }

  /** Starts reading ahead; false if there is nothing to read. */
  boolean beginReadAhead(long unread) {
    return ahead.begin(bytes, from, to, unread);
  }
}
