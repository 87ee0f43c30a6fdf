import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * gRPC calls by hand on one HTTP/2 connection: the JDK's client knows no trailers, and a library
 * would have to be fetched for the sake of the training alone.
 */
final class TrainingCalls implements AutoCloseable {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GO_AWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int ACK = 1;
  private static final int END_HEADERS = 4;
  private static final int TIMEOUT_MILLIS = 60_000;

  /** One message of gRPC with the field {@code message} set to "hi". */
  private static final byte[] MESSAGE = {0, 0, 0, 0, 4, 0x0a, 2, 'h', 'i'};

  private record Frame(int type, int flags, int stream, byte[] payload) {}

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private int stream = -1;

  TrainingCalls(int port) throws IOException {
    socket = new Socket("localhost", port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    write(new Frame(SETTINGS, 0, 0, new byte[0]));
    write(new Frame(WINDOW_UPDATE, 0, 0, new byte[] {0x10, 0, 0, 0}));
  }

  /** What the answer's messages say, as text; empty if there was none. */
  String call(String path, String token) throws IOException {
    stream += 2;
    write(new Frame(HEADERS, END_HEADERS, stream, headers(path, token)));
    write(new Frame(DATA, END_STREAM, stream, path.startsWith("/Echo/") ? MESSAGE : new byte[5]));
    var answer = new StringBuilder();
    while (true) {
      var frame = read();
      switch (frame.type()) {
        case SETTINGS, PING -> acknowledge(frame);
        case DATA -> answer.append(new String(frame.payload(), StandardCharsets.ISO_8859_1));
        case GO_AWAY -> throw new IOException("the server goes away");
        default -> {}
      }
      if (frame.stream() == stream
          && frame.type() == HEADERS
          && (frame.flags() & END_STREAM) != 0) {
        return answer.toString();
      }
    }
  }

  private void acknowledge(Frame frame) throws IOException {
    if ((frame.flags() & ACK) == 0) {
      var payload = frame.type() == PING ? frame.payload() : new byte[0];
      write(new Frame(frame.type(), ACK, 0, payload));
    }
  }

  /** Literal fields that are not indexed (RFC 7541 section 6.2.2), without Huffman coding. */
  private static byte[] headers(String path, String token) {
    var block = new ByteArrayOutputStream();
    field(block, ":method", "POST");
    field(block, ":scheme", "http");
    field(block, ":path", path);
    field(block, ":authority", "localhost");
    field(block, "content-type", "application/grpc");
    field(block, "te", "trailers");
    if (!token.isEmpty()) {
      field(block, "authorization", "Bearer " + token);
    }
    return block.toByteArray();
  }

  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    string(block, name);
    string(block, value);
  }

  private static void string(ByteArrayOutputStream block, String text) {
    var bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>>= 7) {
        block.write(rest & 127 | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  private void write(Frame frame) throws IOException {
    var length = frame.payload().length;
    var bytes = new ByteArrayOutputStream(length + 9);
    bytes.writeBytes(
        new byte[] {
          (byte) (length >> 16),
          (byte) (length >> 8),
          (byte) length,
          (byte) frame.type(),
          (byte) frame.flags(),
          (byte) (frame.stream() >> 24),
          (byte) (frame.stream() >> 16),
          (byte) (frame.stream() >> 8),
          (byte) frame.stream()
        });
    bytes.writeBytes(frame.payload());
    out.write(bytes.toByteArray());
  }

  private Frame read() throws IOException {
    int length = in.readUnsignedShort() << 8 | in.readUnsignedByte();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int id = in.readInt();
    return new Frame(type, flags, id, in.readNBytes(length));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
