package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.http2.frames.ErrorCode;
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
  @MethodSource("refused")
  void whatHttp1RefusesIsRefusedWithTheSameStatus(String name, int status, List<String> fields) {
    try (var port = Http2Port.builder().http(r -> r.any((_, res) -> res.send("here"))).start();
        var client = RawClient.connect(port.port())) {
      client.headers(1, true, fields.toArray(String[]::new));
      assertEquals(String.valueOf(status), client.response(1).status(), name);
      assertEquals("200", client.get(3, "/?filter[a]=1|2`^{}").response(3).status());
    }
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refused("a fragment", 400, ":path", "/ping#x"),
        refused("a fragment in the query", 400, ":path", "/ping?a#x"),
        refused("a path without its slash", 400, ":path", "ping"),
        refused("an absolute target", 400, ":path", "http://localhost/ping"),
        refused("an asterisk with GET", 400, ":path", "*"),
        refused("a blank in the path", 400, ":path", "/pi ng"),
        refused("a quote in the query", 400, ":path", "/ping?\""),
        refused("a byte over 127", 400, ":path", "/p\u00efng"),
        refused("a broken escape", 400, ":path", "/ping%zz"),
        refused("a method in lower case", 400, ":method", "get"),
        refused("a method with a blank", 400, ":method", "GE T"),
        refused("an empty method", 400, ":method", ""),
        refused("a byte over 127 in the method", 400, ":method", "G\u00c9T"),
        refused("another scheme", 400, ":scheme", "ftp"),
        refused("an empty authority", 400, ":authority", ""),
        refused("user information", 400, ":authority", "u@localhost"),
        refused("a blank in the authority", 400, ":authority", "a b"),
        refused("a path in the authority", 400, ":authority", "a/b"),
        refused("a port that is no number", 400, ":authority", "a:b"),
        Arguments.of("no authority", 400, GOOD.subList(0, 6)),
        Arguments.of(
            "a tunnel", 501, List.of(":method", "CONNECT", ":authority", "localhost:443")));
  }

  private static Arguments refused(String name, int status, String field, String value) {
    var fields = new ArrayList<>(GOOD);
    fields.set(fields.indexOf(field) + 1, value);
    return Arguments.of(name, status, fields);
  }

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
