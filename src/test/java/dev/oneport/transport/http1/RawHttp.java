package dev.oneport.transport.http1;

import dev.oneport.testing.TestTls;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * An HTTP/1.1 client that sends exactly the bytes it is told to; reads give up after 20 seconds.
 */
public final class RawHttp implements AutoCloseable {
  private static final int PATIENCE = 1000 * Integer.getInteger("oneport.test.patience", 20);

  private final Socket beneath;
  private final Socket socket;
  private final InputStream in;

  /** A response; header names in lower case. */
  public record Response(int status, Map<String, List<String>> headers, String body) {
    /** The values of a header, in order. */
    public List<String> all(String name) {
      return headers.getOrDefault(name, List.of());
    }

    /** The only value of a header, or nothing. */
    public String header(String name) {
      return String.join("|", all(name));
    }

    boolean close() {
      return header("connection").equalsIgnoreCase("close");
    }
  }

  private RawHttp(Socket beneath, Socket socket) throws IOException {
    this.beneath = beneath;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /** Connects to a port of this machine. */
  public static RawHttp connect(int port) throws IOException {
    return connect(port, 0);
  }

  /** Connects with a receive buffer of about the size given; 0 for the usual one. */
  public static RawHttp connect(int port, int receiveBuffer) throws IOException {
    var socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    var connected = TestTls.connect(socket, port);
    connected.setSoTimeout(PATIENCE);
    return new RawHttp(socket, connected);
  }

  /** Sends the text in ISO 8859-1. */
  public RawHttp send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Sends the bytes. */
  public RawHttp send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** The socket beneath. */
  public Socket socket() {
    return socket;
  }

  /** What is received from here on. */
  public InputStream in() {
    return in;
  }

  /** Reads the next response, 100 included. */
  public Response read() throws IOException {
    return read(true, StandardCharsets.UTF_8);
  }

  /** Reads the next response to a HEAD. */
  public Response readHead() throws IOException {
    return read(false, StandardCharsets.UTF_8);
  }

  /** Reads the next response, each byte of its body as one character. */
  public Response readBytes() throws IOException {
    return read(true, StandardCharsets.ISO_8859_1);
  }

  private Response read(boolean withBody, Charset charset) throws IOException {
    var status = Integer.parseInt(line().split(" ", 3)[1]);
    var headers = new TreeMap<String, List<String>>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      var colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          List.of(line.substring(colon + 1).strip()),
          (a, b) -> Stream.concat(a.stream(), b.stream()).toList());
    }
    var response = new Response(status, headers, "");
    if (!withBody || status < 200 || status == 204 || status == 304) {
      return response;
    }
    return new Response(status, headers, new String(body(response), charset));
  }

  /** One of neither framing ends with its connection (RFC 9112 section 6.3). */
  private byte[] body(Response response) throws IOException {
    if (response.header("transfer-encoding").equals("chunked")) {
      return chunks();
    }
    var length = response.header("content-length");
    return length.isEmpty() ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
  }

  private byte[] chunks() throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      var size = Integer.parseInt(line(), 16);
      body.write(in.readNBytes(size));
      line();
      if (size == 0) {
        return body.toByteArray();
      }
    }
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    while (true) {
      var b = in.read();
      if (b < 0) {
        throw new EOFException("ended after: " + line.toString(StandardCharsets.ISO_8859_1));
      }
      if (b == '\n') {
        return line.toString(StandardCharsets.ISO_8859_1).strip();
      }
      line.write(b);
    }
  }

  /** True if the server ends the connection without another byte, be it by FIN or by RST. */
  public boolean ended() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException _) {
      return true;
    }
  }

  /** Resets the connection instead of closing it. */
  public void reset() throws IOException {
    beneath.setSoLinger(true, 0);
    beneath.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
