package dev.oneport.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** Sends HTTP/1.1 requests as raw bytes, which HTTP clients do not allow. */
public final class RawHttp {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");

  private RawHttp() {}

  /** An answer; status 0 if the server only closed the connection. */
  public record Answer(int status, String head, String body) {
    /** The first value of a header; empty if there is none. */
    public String header(String name) {
      return head.lines()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }
  }

  public static Answer get(int port, String path) throws IOException {
    return send(
        port,
        "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n\r\n");
  }

  public static Answer send(int port, String request) throws IOException {
    try (var socket = TestTls.connect(port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return read(new BufferedInputStream(socket.getInputStream()));
    }
  }

  /** Reads one answer. */
  public static Answer read(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      var next = in.read();
      if (next < 0) {
        return new Answer(0, head.toString(), "");
      }
      head.append((char) next);
    }
    var status = Integer.parseInt(head.substring(9, 12));
    var length = LENGTH.matcher(head.toString().toLowerCase(Locale.ROOT));
    var body =
        status == 101 || !length.find()
            ? ""
            : new String(in.readNBytes(Integer.parseInt(length.group(1))), StandardCharsets.UTF_8);
    return new Answer(status, head.toString(), body);
  }
}
