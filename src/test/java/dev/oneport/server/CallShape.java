package dev.oneport.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.rpc.ErrorInfo;
import dev.oneport.testing.ConnectProbe;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.RawClient;
import io.grpc.Status;
import jakarta.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;

/** The ways in which a unary method can be called, each on the versions of HTTP that carry it. */
enum CallShape {
  GRPC("application/grpc", 2),
  WEB_1("application/grpc-web", 1),
  WEB_2("application/grpc-web", 2),
  TEXT_1("application/grpc-web-text", 1),
  TEXT_2("application/grpc-web-text", 2),
  PROTO_1("application/proto", 1),
  PROTO_2("application/proto", 2),
  JSON_1("application/json", 1),
  JSON_2("application/json", 2);

  private static final int PREFIX = 5;

  private final String type;
  private final int http;

  CallShape(String type, int http) {
    this.type = type;
    this.http = http;
  }

  boolean isConnect() {
    return type.equals("application/proto") || isJson();
  }

  boolean isJson() {
    return type.equals("application/json");
  }

  /** What a client sees: one of these forms, with an answer's bytes in base64. */
  String send(int port, SameCallTest.Row row) throws IOException {
    try (var sent = begin(port, row)) {
      return sent.answer();
    }
  }

  /** A request that was sent, and can be left without its answer. */
  interface Sent extends AutoCloseable {
    String answer() throws IOException;

    @Override
    void close() throws IOException;
  }

  Sent begin(int port, SameCallTest.Row row) throws IOException {
    var fields = new ArrayList<>(List.of("content-type", type(row), "user-agent", row.agent(this)));
    fields.addAll(headers(row));
    var body = body(row);
    return http == 1 ? http1(port, row, fields, body) : http2(port, row, fields, body);
  }

  private Sent http1(int port, SameCallTest.Row row, List<String> fields, byte[] body)
      throws IOException {
    var head = new StringBuilder("POST /" + row.method + " HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < fields.size(); i += 2) {
      head.append(fields.get(i)).append(": ").append(fields.get(i + 1)).append("\r\n");
    }
    head.append("content-length: ").append(body.length).append("\r\n\r\n");
    var client = RawHttp.connect(port);
    client.send(head.toString()).send(body);
    return new Sent() {
      @Override
      public String answer() throws IOException {
        var response = client.readBytes();
        var body = response.body().getBytes(ISO_8859_1);
        return said(response.status(), response::header, body, response::header);
      }

      @Override
      public void close() throws IOException {
        client.close();
      }
    };
  }

  private Sent http2(int port, SameCallTest.Row row, List<String> fields, byte[] body) {
    if (this == GRPC) {
      fields.addAll(List.of("te", "trailers"));
    }
    var client = RawClient.connect(port);
    client.post(1, "/" + row.method, fields.toArray(String[]::new));
    client.data(1, true, body);
    return new Sent() {
      @Override
      public String answer() throws IOException {
        var response = client.response(1);
        return said(
            Integer.parseInt(response.status()),
            name -> Objects.requireNonNullElse(response.header(name), ""),
            response.body(),
            name -> Objects.requireNonNullElse(response.trailer(name), ""));
      }

      @Override
      public void close() {
        client.close();
      }
    };
  }

  private String type(SameCallTest.Row row) {
    if (row.codec.isEmpty()) {
      return type;
    }
    return isConnect() ? "application/" + row.codec : type + "+" + row.codec;
  }

  private List<String> headers(SameCallTest.Row row) {
    var fields = new ArrayList<String>(row.headers);
    if (!row.token.isEmpty()) {
      fields.addAll(List.of("authorization", "Bearer " + row.token));
    }
    if (!row.timeout.isEmpty()) {
      fields.addAll(
          List.of(
              isConnect() ? "connect-timeout-ms" : "grpc-timeout",
              isConnect() ? row.timeout.replaceFirst("m$", "") : row.timeout));
    }
    if (!row.coding.isEmpty()) {
      fields.addAll(List.of(isConnect() ? "content-encoding" : "grpc-encoding", row.coding));
    }
    return fields;
  }

  private byte[] body(SameCallTest.Row row) throws IOException {
    var message = isJson() ? row.json.getBytes(UTF_8) : row.message;
    var coded = row.coding.equals("gzip") ? gzip(message) : message;
    if (isConnect()) {
      return row.count == 0 ? new byte[0] : coded;
    }
    var body = new ByteArrayOutputStream();
    for (int i = 0; i < row.count; i++) {
      body.writeBytes(RawClient.framed(row.coding.matches("|identity") ? 0 : 1, coded));
    }
    return type.contains("text")
        ? Base64.getEncoder().encode(body.toByteArray())
        : body.toByteArray();
  }

  private static byte[] gzip(byte[] message) throws IOException {
    var target = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(target)) {
      zip.write(message);
    }
    return target.toByteArray();
  }

  private String said(
      int status, UnaryOperator<String> header, byte[] body, UnaryOperator<String> trailer)
      throws IOException {
    var text = new String(body, UTF_8);
    if (header.apply("content-type").equals("application/problem+json")) {
      return "HTTP " + status + " " + json(text, "reason");
    }
    if (isConnect()) {
      return connect(status, header, body, text);
    }
    var trailers = new HashMap<String, String>();
    var message = this == GRPC ? body : web(body, trailers);
    UnaryOperator<String> named =
        name -> trailers.isEmpty() ? trailer.apply(name) : trailers.getOrDefault(name, "");
    var code = Status.fromCodeValue(Integer.parseInt(named.apply("grpc-status"))).getCode();
    if (code == Status.Code.OK) {
      return "OK " + base64(message, this == GRPC ? PREFIX : 0);
    }
    return "%s %s [%s] %s"
        .formatted(
            code,
            reason(named.apply("grpc-status-details-bin")),
            named.apply("grpc-message"),
            named.apply("x-more"));
  }

  private String connect(int status, UnaryOperator<String> header, byte[] body, String text) {
    if (status == 200) {
      return "OK " + (isJson() ? text : base64(body, 0));
    }
    var code = json(text, "code").toUpperCase(Locale.ROOT).replace("CANCELED", "CANCELLED");
    return "%s %s [%s] %s"
        .formatted(code, reasonOf(text), json(text, "message"), header.apply("trailer-x-more"));
  }

  private static String reasonOf(String error) {
    try {
      return ConnectProbe.reason(error.getBytes(UTF_8));
    } catch (Exception e) {
      throw new IllegalStateException(error, e);
    }
  }

  private static String json(String text, String name) {
    try (var reader = Json.createReader(new ByteArrayInputStream(text.getBytes(UTF_8)))) {
      return reader.readObject().getString(name, "");
    }
  }

  private static String base64(byte[] bytes, int from) {
    return Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
  }

  private static String reason(String details) throws IOException {
    if (details.isEmpty()) {
      return "";
    }
    var status = com.google.rpc.Status.parseFrom(Base64.getDecoder().decode(details));
    return status.getDetailsCount() == 0
        ? ""
        : status.getDetails(0).unpack(ErrorInfo.class).getReason();
  }

  /** The message of a gRPC-Web answer; adds the trailers of its last frame. */
  private byte[] web(byte[] body, Map<String, String> trailers) {
    var in = ByteBuffer.wrap(type.contains("text") ? decoded(body) : body);
    byte[] message = {};
    while (in.hasRemaining()) {
      int flags = in.get();
      var content = new byte[in.getInt()];
      in.get(content);
      if ((flags & 0x80) == 0) {
        message = content;
      } else {
        new String(content, ISO_8859_1)
            .lines()
            .map(line -> line.split(": ?", 2))
            .forEach(field -> trailers.put(field[0], field[1]));
      }
    }
    return message;
  }

  /** Pieces that were encoded each for itself, with padding between them. */
  private static byte[] decoded(byte[] text) {
    var target = new ByteArrayOutputStream();
    for (int i = 0; i < text.length; i += 4) {
      target.writeBytes(Base64.getDecoder().decode(new String(text, i, 4, ISO_8859_1)));
    }
    return target.toByteArray();
  }
}
