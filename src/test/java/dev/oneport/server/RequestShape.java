package dev.oneport.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.oneport.testing.TestTls;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.frames.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The versions of HTTP by which a request can be sent, and what a client then sees. */
enum RequestShape {
  HTTP_1_0,
  HTTP_1_1,
  PRIOR_KNOWLEDGE,
  UPGRADE;

  /** The headers of an answer that are compared. */
  private static final List<String> COMPARED =
      List.of(
          "x-plan",
          "x-refused",
          "content-type",
          "cache-control",
          "www-authenticate",
          "retry-after",
          "allow",
          "accept-encoding",
          "vary");

  /**
   * One request.
   *
   * @param headers names and values in turn
   * @param length whether the length of the body is announced
   * @param sent how much of the body is sent
   */
  record Request(
      String method, String target, List<String> headers, String body, boolean length, int sent) {
    static Request of(String method, String target, String body) {
      return new Request(method, target, List.of(), body, true, body.length());
    }

    private String part() {
      return body.substring(0, sent);
    }

    private boolean whole() {
      return sent == body.length();
    }
  }

  /**
   * What a client sees.
   *
   * @param end of a response that is not whole: {@code cut}
   */
  record Answer(int status, Map<String, String> headers, String body, String end) {
    /** A body that ends with its connection cannot say that it was cut (RFC 9112 section 8). */
    private Answer unframed() {
      return new Answer(status, headers, body, "");
    }
  }

  /** A request that was sent, and can be left without its answer. */
  interface Sent extends AutoCloseable {
    Answer answer() throws IOException;

    /** Goes away without the answer, with or without a word. */
    void leave(boolean silently) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Whether a request can be sent in this way: one with a body, or over TLS, is not upgraded. */
  boolean can(Request request) {
    return this != UPGRADE || (request.body.isEmpty() && !TestTls.ON);
  }

  /**
   * An answer, without what this version cannot say: on HTTP/1.1 an answer is whole as soon as it
   * has the length that its handler announced, even if that fails then (RFC 9112 section 6.3).
   */
  Answer seen(Request request, Answer answer) {
    return this == HTTP_1_0 || request.target.contains("length:") ? answer.unframed() : answer;
  }

  Answer send(int port, Request request, String agent) throws IOException {
    try (var sent = begin(port, request, agent)) {
      return sent.answer();
    }
  }

  Sent begin(int port, Request request, String agent) throws IOException {
    return switch (this) {
      case HTTP_1_0 -> http1(port, request, "1.0", agent);
      case HTTP_1_1 -> http1(port, request, "1.1", agent);
      case PRIOR_KNOWLEDGE -> new OnStream(priorKnowledge(port, request, agent));
      case UPGRADE -> {
        var lines = new ArrayList<String>();
        for (int i = 0; i < request.headers.size(); i += 2) {
          lines.add(request.headers.get(i) + ": " + request.headers.get(i + 1));
        }
        lines.add("User-Agent: " + agent);
        yield new OnStream(
            RawClient.upgrade(
                port, request.method + " " + request.target, lines.toArray(String[]::new)));
      }
    };
  }

  private static RawClient priorKnowledge(int port, Request request, String agent) {
    var client = RawClient.connect(port);
    var fields = new ArrayList<>(request.headers);
    fields.addAll(List.of("user-agent", agent));
    if (request.length && !request.body.isEmpty()) {
      fields.addAll(List.of("content-length", String.valueOf(request.body.length())));
    }
    client.request(
        1, request.body.isEmpty(), request.method, request.target, fields.toArray(String[]::new));
    if (!request.body.isEmpty()) {
      client.data(1, request.whole(), request.part().getBytes(ISO_8859_1));
    }
    return client;
  }

  /** HTTP/1.0 has no chunks, so there the length is always announced (RFC 9112 section 6.1). */
  private static Sent http1(int port, Request request, String version, String agent)
      throws IOException {
    var head = new StringBuilder(request.method + " " + request.target + " HTTP/" + version);
    head.append("\r\nHost: localhost\r\nUser-Agent: ").append(agent).append("\r\n");
    for (int i = 0; i < request.headers.size(); i += 2) {
      head.append(request.headers.get(i)).append(": ").append(request.headers.get(i + 1));
      head.append("\r\n");
    }
    var chunked = !request.length && version.equals("1.1");
    if (!request.body.isEmpty()) {
      head.append(
          chunked
              ? "Transfer-Encoding: chunked\r\n"
              : "Content-Length: " + request.body.length() + "\r\n");
    }
    head.append("\r\n");
    var content = chunked ? chunks(request) : request.part();
    var client = RawHttp.connect(port);
    client.send(head + content);
    return new OnConnection(client, request.method.equals("HEAD"));
  }

  private static String chunks(Request request) {
    if (request.body.isEmpty()) {
      return "";
    }
    var part =
        request.sent == 0
            ? ""
            : Integer.toHexString(request.sent) + "\r\n" + request.part() + "\r\n";
    return request.whole() ? part + "0\r\n\r\n" : part;
  }

  /** On HTTP/2. */
  private record OnStream(RawClient client) implements Sent {
    @Override
    public Answer answer() {
      var response = client.response(1);
      var headers = new TreeMap<String, String>();
      for (var name : COMPARED) {
        headers.put(name, String.join("|", response.headers(name)));
      }
      var status = response.status().isEmpty() ? 0 : Integer.parseInt(response.status());
      return new Answer(status, headers, response.text(), response.ended() ? "" : "cut");
    }

    @Override
    public void leave(boolean silently) {
      if (silently) {
        client.close();
      } else {
        client.reset(1, ErrorCode.CANCEL);
      }
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /** On HTTP/1.0 and HTTP/1.1. */
  private record OnConnection(RawHttp client, boolean head) implements Sent {
    @Override
    public Answer answer() throws IOException {
      var in = client.in();
      var line = line(in);
      while (line.contains(" 100 ")) {
        line(in);
        line = line(in);
      }
      if (line.isEmpty()) {
        return new Answer(0, Map.of(), "", "cut");
      }
      var status = Integer.parseInt(line.split(" ", 3)[1]);
      var all = new TreeMap<String, String>();
      for (var field = line(in); !field.isEmpty(); field = line(in)) {
        var parts = field.split(": ?", 2);
        all.merge(parts[0].toLowerCase(Locale.ROOT), parts[1], (a, b) -> a + "|" + b);
      }
      var headers = new TreeMap<String, String>();
      COMPARED.forEach(name -> headers.put(name, all.getOrDefault(name, "")));
      var body = new ByteArrayOutputStream();
      var whole = head || status == 204 || status == 304 || body(in, all, body);
      return new Answer(status, headers, body.toString(ISO_8859_1), whole ? "" : "cut");
    }

    @Override
    public void leave(boolean silently) throws IOException {
      if (silently) {
        client.socket().setSoLinger(true, 0);
      }
      client.socket().close();
    }

    @Override
    public void close() throws IOException {
      client.close();
    }

    private static boolean body(
        InputStream in, Map<String, String> headers, ByteArrayOutputStream to) throws IOException {
      if (headers.containsKey("content-length")) {
        return take(in, Integer.parseInt(headers.get("content-length")), to);
      }
      if (!headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
        take(in, Integer.MAX_VALUE, to);
        return true;
      }
      while (true) {
        var size = line(in);
        if (size.isEmpty()) {
          return false;
        }
        var length = Integer.parseInt(size, 16);
        if (!take(in, length, to)) {
          return false;
        }
        line(in);
        if (length == 0) {
          return true;
        }
      }
    }

    private static boolean take(InputStream in, int length, ByteArrayOutputStream to)
        throws IOException {
      try {
        for (int i = 0; i < length; i++) {
          int next = in.read();
          if (next < 0) {
            return false;
          }
          to.write(next);
        }
        return true;
      } catch (SocketException _) {
        return false;
      }
    }

    private static String line(InputStream in) throws IOException {
      var line = new StringBuilder();
      try {
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
          line.append((char) next);
        }
      } catch (SocketException _) {
        return "";
      }
      return line.toString().strip();
    }
  }
}
