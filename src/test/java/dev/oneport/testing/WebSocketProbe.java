package dev.oneport.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Opens a WebSocket by hand, because the JDK's client does not show the body of a refusal, and
 * exchanges one message.
 */
public final class WebSocketProbe implements Client {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");

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
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request(path, headers).getBytes(StandardCharsets.ISO_8859_1));
      var in = new BufferedInputStream(socket.getInputStream());
      var head = head(in);
      var status = Integer.parseInt(head.substring(9, 12));
      if (status == 101) {
        return exchange(socket, in);
      }
      var body = new String(in.readNBytes(length(head)), StandardCharsets.UTF_8);
      return new Reply(
          HttpProbe.reason(status, body), String.valueOf(status), header(head, "www-authenticate"));
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

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      var next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended after: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static int length(String head) {
    var matcher = LENGTH.matcher(head.toLowerCase(Locale.ROOT));
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  private static String header(String head, String name) {
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() {}
}
