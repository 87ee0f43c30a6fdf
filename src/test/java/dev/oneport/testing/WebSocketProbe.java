package dev.oneport.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Opens a WebSocket by hand, because the JDK's client hides the body of a refusal, and exchanges
 * one message.
 */
public final class WebSocketProbe implements Client {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final int port;

  public WebSocketProbe(int port) {
    this.port = port;
  }

  @Override
  public Reply call(String name, List<HeaderField> headers) throws IOException {
    return open("/ws/" + name, headers);
  }

  /** Opens a socket at a path and exchanges one message. */
  public Reply open(String path, List<HeaderField> headers) throws IOException {
    try (var socket = TestTls.connect(port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request(path, headers).getBytes(StandardCharsets.ISO_8859_1));
      var in = new BufferedInputStream(socket.getInputStream());
      var answer = RawHttp.read(in);
      if (answer.status() == 101) {
        return exchange(socket, in);
      }
      var reason = answer.body().isEmpty() ? "" : HttpProbe.reason(answer.status(), answer.body());
      return new Reply(reason, String.valueOf(answer.status()), answer.header("www-authenticate"));
    }
  }

  private String request(String path, List<HeaderField> headers) {
    var request =
        new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n")
            .append("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n")
            .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    headers.forEach(
        header -> request.append(header.name()).append(": ").append(header.value()).append("\r\n"));
    return request.append("\r\n").toString();
  }

  /** Sends one masked text frame and reads one. */
  private static Reply exchange(Socket socket, InputStream in) throws IOException {
    socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
    var first = in.read();
    return new Reply(first == 0x81 ? Reply.OK : "frame " + first, "101", "");
  }

  @Override
  public void close() {}
}
