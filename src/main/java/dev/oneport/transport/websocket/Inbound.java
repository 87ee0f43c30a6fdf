package dev.oneport.transport.websocket;

import dev.oneport.transport.MemoryShare;
import dev.oneport.transport.websocket.WebSocketFailure.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the client's frames and assembles messages; fails when RFC 6455 requires it. A message
 * holds request memory until it has been handled.
 */
final class Inbound implements AutoCloseable {
  private static final int PIECE = 64 * 1024;

  /** Receives messages and control frames, on the reading thread. */
  interface Receiver {
    void text(String text, boolean last);

    void binary(byte[] bytes, boolean last);

    void ping(byte[] payload);

    void pong(byte[] payload);

    /** Whether further messages are dropped. */
    boolean discards();
  }

  private final ByteSource in;
  private final WebSocketLimits limits;
  private final @Nullable MessageInflater inflater;
  private final Receiver receiver;
  private final MemoryShare memory;
  private volatile Delivery wanted = Delivery.WHOLE;
  private Delivery delivery = Delivery.WHOLE;
  private @Nullable Message message;
  private long unread;

  Inbound(
      ByteSource in,
      WebSocketLimits limits,
      @Nullable MessageInflater inflater,
      MemoryShare memory,
      Receiver receiver) {
    this.in = in;
    this.limits = limits;
    this.inflater = inflater;
    this.receiver = receiver;
    this.memory = memory;
  }

  /** Sets how later messages are delivered. */
  void receive(Delivery next) {
    wanted = next;
  }

  /**
   * Blocks for frames until the client's close frame, which is returned.
   *
   * @throws WebSocketFailure if the client violates the protocol or the connection ends
   */
  CloseFrame run() {
    while (true) {
      skip();
      if (!in.available()) {
        // Waits here because the stack of the waiting thread is small.
        in.fill();
      }
      var frame = WebSocketFrame.read(in, inflater != null);
      switch (frame.opcode()) {
        case CLOSE -> {
          return CloseFrame.parse(control(frame));
        }
        case PING -> receiver.ping(control(frame));
        case PONG -> receiver.pong(control(frame));
        case CONTINUATION, TEXT, BINARY -> data(frame);
      }
    }
  }

  /**
   * Starts to answer pings ahead of the reading thread, which must stay inside the receiver until
   * this returns; false if there is nothing to do.
   */
  boolean beginReadAhead() {
    return in.beginReadAhead(unread);
  }

  /** Drops all input until the connection ends; it always ends with an exception. */
  void dropRest() {
    in.dropRest();
  }

  /** Drops the rest of a frame that is invalid or no longer needed. */
  private void skip() {
    while (unread > 0) {
      var length = arrived();
      in.take(length);
      unread -= length;
    }
  }

  /** The number of received bytes of the current frame's payload; blocks for at least one. */
  private int arrived() {
    if (!in.available()) {
      in.fill();
    }
    return (int) Math.min(unread, in.to() - in.from());
  }

  private byte[] control(WebSocketFrame frame) {
    var payload = new byte[(int) frame.length()];
    for (var i = 0; i < payload.length; i++) {
      payload[i] = (byte) in.next();
    }
    Mask.remove(frame.mask(), 0, payload, 0, payload.length);
    return payload;
  }

  private void data(WebSocketFrame frame) {
    var current = message(frame);
    message = frame.last() ? null : current;
    unread = frame.length();
    if (receiver.discards()) {
      return;
    }
    if (frame.length() > maxLength(current.compressed())) {
      throw WebSocketFailure.tooLarge("a frame is too large");
    }
    if (!current.compressed()) {
      current.expect(frame.length());
      if (frame.last() && current.empty() && frame.length() <= in.to() - in.from()) {
        whole(frame, current.text());
        return;
      }
    }
    if (!current.compressed()) {
      hold(current.held() + (delivery == Delivery.WHOLE ? frame.length() : PIECE));
    }
    payload(frame, current);
    if (frame.last() || delivery == Delivery.FRAGMENTS) {
      deliver(current, frame.last());
    }
  }

  /**
   * Allows for data that grows when compressed: deflate's fixed code uses up to nine bits for a
   * byte, and each block has a header (RFC 1951 section 3.2). The limit applies to the decompressed
   * message, and the compressed form is not held.
   */
  private long maxLength(boolean compressed) {
    long most = limits.maxFrameBytes();
    return compressed ? most + most / 8 + 64 : most;
  }

  private Message message(WebSocketFrame frame) {
    if (frame.opcode() == Opcode.CONTINUATION) {
      if (message == null) {
        throw WebSocketFailure.protocol("there is no message to continue");
      }
      return message;
    }
    if (message != null) {
      throw WebSocketFailure.protocol("a message begins inside another");
    }
    delivery = wanted;
    var most = delivery == Delivery.WHOLE ? limits.maxMessageBytes() : limits.maxStreamBytes();
    return new Message(frame.opcode(), frame.compressed(), most);
  }

  /** Reads a message in one frame that has already arrived, which is the common case. */
  private void whole(WebSocketFrame frame, boolean isText) {
    var bytes = in.bytes();
    var from = in.from();
    var to = from + (int) unread;
    Mask.remove(frame.mask(), 0, bytes, from, to);
    in.take(to - from);
    unread = 0;
    if (isText) {
      receiver.text(text(bytes, from, to), true);
    } else {
      receiver.binary(Arrays.copyOfRange(bytes, from, to), true);
    }
  }

  private static String text(byte[] bytes, int from, int to) {
    var text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
    // The decoder replaces invalid bytes, so only texts with replacement characters are checked
    // again.
    if (text.indexOf('\ufffd') >= 0) {
      var utf8 = new Utf8();
      if (!utf8.valid(bytes, from, to) || utf8.incomplete() > 0) {
        throw WebSocketFailure.data("a text is not UTF-8");
      }
    }
    return text;
  }

  private void payload(WebSocketFrame frame, Message current) {
    MessageInflater.Sink sink = (bytes, from, to) -> add(current, bytes, from, to);
    var codec = current.compressed() ? inflater : null;
    while (unread > 0) {
      var length = arrived();
      var from = in.from();
      var to = from + length;
      Mask.remove(frame.mask(), frame.length() - unread, in.bytes(), from, to);
      in.take(length);
      unread -= length;
      if (codec == null) {
        sink.add(in.bytes(), from, to);
      } else {
        codec.add(in.bytes(), from, to, sink);
      }
    }
    if (codec != null && frame.last()) {
      codec.end(sink);
    }
  }

  private void add(Message current, byte[] bytes, int from, int to) {
    hold(current.held() + to - from);
    current.add(bytes, from, to);
    if (delivery == Delivery.FRAGMENTS && current.held() >= PIECE) {
      deliver(current, false);
    }
  }

  private void deliver(Message current, boolean last) {
    if (current.text()) {
      receiver.text(current.takeText(last), last);
    } else {
      receiver.binary(current.takeBytes(), last);
    }
    memory.shrinkTo(current.held());
  }

  /**
   * Waits for memory. Nothing is read meanwhile, so TCP's flow control makes the client wait too.
   */
  private void hold(long bytes) {
    try {
      if (!memory.growTo(bytes)) {
        throw new WebSocketFailure(Kind.BUSY, "messages hold too much memory");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WebSocketFailure(Kind.TERMINATED, "interrupted while waiting for memory", e);
    }
  }

  /** Releases the memory of an incomplete message. */
  @Override
  public void close() {
    memory.close();
  }
}
