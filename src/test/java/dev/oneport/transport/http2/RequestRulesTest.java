package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A malformed request ends its stream, and nothing of it reaches a handler. */
final class RequestRulesTest {
  private static final List<String> GOOD =
      List.of(":method", "GET", ":scheme", "http", ":path", "/ping", ":authority", "localhost");

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void aRequestIsTakenOrItsStreamIsReset(String name, boolean good, List<String> fields) {
    try (var port = Http2Port.builder().http(r -> r.any((_, res) -> res.send("here"))).start();
        var client = RawClient.connect(port.port())) {
      client.headers(1, true, fields.toArray(String[]::new));
      var response = client.response(1);
      if (good) {
        assertEquals("200", response.status(), name);
      } else {
        assertEquals(Optional.of(ErrorCode.PROTOCOL_ERROR), response.reset(), name);
      }
      assertTrue(client.isAlive());
    }
  }

  static Stream<Arguments> rows() {
    return Stream.of(
        row("a good request", true),
        row("a cookie in pieces", true, "cookie", "a=b", "cookie", "c=d"),
        row("te: trailers", true, "te", "trailers"),
        row("an empty value", true, "x-empty", ""),
        row("host as authority", true, "host", "localhost"),
        row("a value beyond ASCII", true, "x-latin", "\u00fc"),
        row("content-length of nothing", true, "content-length", "0"),
        row("a name in capitals", false, "X-Name", "v"),
        row("a name with a blank", false, "x name", "v"),
        row("a name with a colon", false, "x:name", "v"),
        row("an empty name", false, "", "v"),
        row("a value with a line feed", false, "x-name", "a\nb"),
        row("a value with a carriage return", false, "x-name", "a\rb"),
        row("a value with a zero", false, "x-name", "a\0b"),
        row("a value that begins with a blank", false, "x-name", " v"),
        row("a value that ends with a tab", false, "x-name", "v\t"),
        row("connection", false, "connection", "close"),
        row("keep-alive", false, "keep-alive", "timeout=5"),
        row("proxy-connection", false, "proxy-connection", "close"),
        row("transfer-encoding", false, "transfer-encoding", "chunked"),
        row("upgrade", false, "upgrade", "h2c"),
        row("te: gzip", false, "te", "gzip"),
        row("another host", false, "host", "example.org"),
        row("two hosts", false, "host", "localhost", "host", "localhost"),
        row("content-length with nothing sent", false, "content-length", "1"),
        row("content-length that is no number", false, "content-length", "1x"),
        row("a negative content-length", false, "content-length", "-1"),
        row("content-length in other digits", false, "content-length", "\u0661"),
        row("two content-lengths", false, "content-length", "0", "content-length", "1"),
        row("a pseudo-header field behind", false, ":method", "GET"),
        row("an unknown pseudo-header field", false, ":protocol", "websocket"),
        without("no method", ":method"),
        without("no scheme", ":scheme"),
        without("no path", ":path"),
        changed("an empty path", ":path", ""));
  }

  private static Arguments row(String name, boolean good, String... more) {
    var fields = new ArrayList<>(GOOD);
    fields.addAll(Arrays.asList(more));
    return Arguments.of(name, good, fields);
  }

  private static Arguments without(String name, String field) {
    var fields = new ArrayList<>(GOOD);
    int at = fields.indexOf(field);
    fields.remove(at);
    fields.remove(at);
    return Arguments.of(name, false, fields);
  }

  private static Arguments changed(String name, String field, String value) {
    var fields = new ArrayList<>(GOOD);
    fields.set(fields.indexOf(field) + 1, value);
    return Arguments.of(name, false, fields);
  }
}
