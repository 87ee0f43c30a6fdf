package dev.oneport.transport.websocket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A client's socket (RFC 6455), without extensions. One thread receives. Any thread may send
 * control frames, but only one at a time may send a message.
 */
public final class OriginSocket {
  /** Receives messages and control frames of the server, on the receiving thread. */
  public interface Receiver {
    /** Called with a part of a text message, which contains whole characters. */
    void text(String text, boolean last);

    void binary(byte[] bytes, boolean last);

    /** Called when any bytes have arrived. */
    void heard();
  }

  private static final int PIECE = 16 << 10;
  private static final int MAX_CONTROL = 125;
  private static final int KEY_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final InputStream in;
  private final OutputStream out;
  private final ReentrantLock wire = new ReentrantLock();
  private boolean within;
  private boolean closing;

  /** Creates a socket on a connection whose handshake is complete. */
  public OriginSocket(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  /** Creates a key for a handshake. */
  public static String newKey() {
    var key = new byte[KEY_BYTES];
    RANDOM.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  /** The server's answer to a key. */
  public static String accept(String key) {
    return Handshake.accept(key);
  }

  /** Sends a part of a message. */
  public void send(boolean text, byte[] payload, boolean last) throws IOException {
    var begins = text ? Opcode.TEXT : Opcode.BINARY;
    write(within ? Opcode.CONTINUATION : begins, last, payload);
    within = !last;
  }

  public void ping() throws IOException {
    write(Opcode.PING, true, new byte[0]);
  }

  /**
   * Begins or answers the closing handshake; nothing can be sent afterwards.
   *
   * @param code 1005 for none
   */
  public void close(int code, String reason) throws IOException {
    var payload = CloseReason.payload(code, reason);
    write(Opcode.CLOSE, true, payload.length > MAX_CONTROL ? Arrays.copyOf(payload, 2) : payload);
  }

  private void write(Opcode opcode, boolean last, byte[] payload) throws IOException {
    var header = WebSocketFrame.header(opcode, last, false, payload.length);
    header[1] |= (byte) 0x80;
    int key = RANDOM.nextInt();
    int start = header.length + Integer.BYTES;
    var frame = Arrays.copyOf(header, start + payload.length);
    for (int i = 0; i < Integer.BYTES; i++) {
      frame[header.length + i] = (byte) (key >>> (24 - 8 * i));
    }
    System.arraycopy(payload, 0, frame, start, payload.length);
    Mask.remove(key, 0, frame, start, frame.length);
    wire.lock();
    try {
      if (!closing) {
        closing = opcode == Opcode.CLOSE;
        out.write(frame);
      }
    } finally {
      wire.unlock();
    }
  }

  /** How a server closes a socket. */
  public record Closed(int code, String reason) {}

  /**
   * Receives until the server closes the socket.
   *
   * @throws IOException if the connection ends without a close frame, or the server violates the
   *     protocol
   */
  public Closed receive(Receiver receiver) throws IOException {
    try {
      return frames(receiver);
    } catch (WebSocketFailure e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private Closed frames(Receiver receiver) throws IOException {
    var message = new OriginMessage(receiver);
    while (true) {
      int first = next();
      receiver.heard();
      var opcode = Opcode.of(first & 0x0F);
      boolean last = (first & 0x80) != 0;
      long length = length(next());
      if ((first & 0x70) != 0 || (opcode.control() && (!last || length > MAX_CONTROL))) {
        throw WebSocketFailure.protocol("a frame has a wrong form");
      }
      switch (opcode) {
        case TEXT, BINARY, CONTINUATION -> {
          message.begin(opcode);
          data(message, length, last);
        }
        case PING -> write(Opcode.PONG, true, control((int) length));
        case PONG -> in.skipNBytes(length);
        case CLOSE -> {
          var closed = CloseFrame.parse(control((int) length));
          return new Closed(closed.code(), closed.reason());
        }
      }
    }
  }

  private byte[] control(int length) throws IOException {
    var payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new IOException("the connection ended within a frame");
    }
    return payload;
  }

  private void data(OriginMessage message, long length, boolean last) throws IOException {
    long left = length;
    do {
      int size = (int) Math.min(left, PIECE);
      var piece = in.readNBytes(size);
      if (piece.length < size) {
        throw new IOException("the connection ended within a frame");
      }
      left -= size;
      message.piece(piece, last && left == 0);
    } while (left > 0);
  }

  private long length(int second) throws IOException {
    if ((second & 0x80) != 0) {
      throw WebSocketFailure.protocol("a server's frame is masked");
    }
    int small = second & 0x7F;
    if (small < 126) {
      return small;
    }
    long length = 0;
    for (int i = 0; i < (small == 126 ? 2 : 8); i++) {
      length = length << 8 | next();
    }
    if (length < (small == 126 ? 126 : 1 << 16)) {
      throw WebSocketFailure.protocol("a length is not in its shortest form");
    }
    return length;
  }

  private int next() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw new IOException("the connection ended");
    }
    return b;
  }

  /** A message of the server whose pieces are arriving. */
  private static final class OriginMessage {
    private static final byte[] NONE = {};

    private final Receiver receiver;
    private boolean open;
    private boolean text;
    private Utf8 utf8 = new Utf8();
    private byte[] incomplete = NONE;

    OriginMessage(Receiver receiver) {
      this.receiver = receiver;
    }

    void begin(Opcode opcode) {
      if (open != (opcode == Opcode.CONTINUATION)) {
        throw WebSocketFailure.protocol("a fragment is out of place");
      }
      if (!open) {
        open = true;
        text = opcode == Opcode.TEXT;
        utf8 = new Utf8();
      }
    }

    void piece(byte[] bytes, boolean last) {
      open = !last;
      if (!text) {
        receiver.binary(bytes, last);
        return;
      }
      if (!utf8.valid(bytes, 0, bytes.length) || (last && utf8.incomplete() > 0)) {
        throw WebSocketFailure.data("a text is not UTF-8");
      }
      var all = Arrays.copyOf(incomplete, incomplete.length + bytes.length);
      System.arraycopy(bytes, 0, all, incomplete.length, bytes.length);
      int whole = all.length - utf8.incomplete();
      incomplete = whole == all.length ? NONE : Arrays.copyOfRange(all, whole, all.length);
      if (last || whole > 0) {
        receiver.text(new String(all, 0, whole, StandardCharsets.UTF_8), last);
      }
    }
  }
}
