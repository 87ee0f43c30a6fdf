package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which bytes are a request, and which are refused with the connection's end. */
@TestInstance(Lifecycle.PER_CLASS)
final class RequestTableTest {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

  private Http1Fixture server;

  @BeforeAll
  void start() {
    server = Http1Fixture.start();
  }

  @BeforeEach
  void forget() {
    server.smuggled.set(0);
  }

  @AfterAll
  void stop() {
    server.close();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments("the method is missing", 400, " /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(
            "a line that is too long and does not end in CRLF",
            414,
            "GET /" + "a".repeat(2000) + "\nHost: a\r\n\r\n"),
        arguments("a control byte in the method", 400, "G\0T /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("a method in lower case", 400, "get /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("HEAD in lower case", 400, "head /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("a method of both cases", 400, "Get /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("the target is missing", 400, "GET  HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("two blanks before the target", 400, "GET  /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("two blanks after the target", 400, "GET /ping  HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("a tab for a blank", 400, "GET\t/ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("a blank in the target", 400, "GET /pi ng HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("a NUL in the target", 400, "GET /ping\0 HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(
            "a byte over 127 in the target", 400, "GET /p\u00efng HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("a fragment in the target", 400, "GET /ping#x HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("a target without its slash", 400, "GET ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("an asterisk with GET", 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(
            "a target of another scheme", 400, "GET ftp://a/ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("no version", 400, "GET /ping\r\nHost: a\r\n\r\n"),
        arguments("a version in lower case", 400, "GET /ping http/1.1\r\nHost: a\r\n\r\n"),
        arguments("a blank after the version", 400, "GET /ping HTTP/1.1 \r\nHost: a\r\n\r\n"),
        arguments("version 0.9", 505, "GET /ping HTTP/0.9\r\nHost: a\r\n\r\n"),
        arguments("version 3.0", 505, "GET /ping HTTP/3.0\r\nHost: a\r\n\r\n"),
        arguments("version 1.10", 400, "GET /ping HTTP/1.10\r\nHost: a\r\n\r\n"),
        arguments("version 2.0", 505, "GET /ping HTTP/2.0\r\nHost: a\r\n\r\n"),
        arguments("a tunnel", 501, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
        arguments("no Host", 400, "GET /ping HTTP/1.1\r\n\r\n"),
        arguments("an empty Host", 400, "GET /ping HTTP/1.1\r\nHost:\r\n\r\n"),
        arguments("two Hosts", 400, "GET /ping HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        arguments("the same Host twice", 400, "GET /ping HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
        arguments("two names in one Host", 400, "GET /ping HTTP/1.1\r\nHost: a b\r\n\r\n"),
        arguments("a path in Host", 400, "GET /ping HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        arguments("a port that is no number", 400, "GET /ping HTTP/1.1\r\nHost: a:b\r\n\r\n"),
        arguments("an absolute target, no Host", 400, "GET http://b/ping HTTP/1.1\r\n\r\n"),
        arguments(
            "an absolute target, two Hosts",
            400,
            "GET http://b/ping HTTP/1.1\r\nHost: b\r\nHost: b\r\n\r\n"),
        arguments(
            "an absolute target, a malformed Host",
            400,
            "GET http://b/ping HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        arguments(
            "an absolute target, no host", 400, "GET http:///ping HTTP/1.1\r\nHost: b\r\n\r\n"),
        arguments(
            "user information in the target",
            400,
            "GET http://u@a/ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("bare LF after the request line", 400, "GET /ping HTTP/1.1\nHost: a\r\n\r\n"),
        arguments("bare LF after a header", 400, "GET /ping HTTP/1.1\r\nHost: a\n\r\n"),
        arguments("bare LF for the empty line", 400, "GET /ping HTTP/1.1\r\nHost: a\r\n\n"),
        arguments("bare LF throughout", 400, "GET /ping HTTP/1.1\nHost: a\n\n"),
        arguments("bare CR after a header", 400, "GET /ping HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
        arguments(
            "bare CR at a line's start", 400, "GET /ping HTTP/1.1\r\nHost: a\r\n\rX: b\r\n\r\n"),
        arguments("two CRs before LF", 400, "GET /ping HTTP/1.1\r\nHost: a\r\r\n\r\n"),
        arguments("a folded header", 400, "GET /ping HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n"),
        arguments(
            "a header folded by a tab",
            400,
            "GET /ping HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n"),
        arguments("a first header that is folded", 400, "GET /ping HTTP/1.1\r\n Host: a\r\n\r\n"),
        arguments("a blank before the colon", 400, "GET /ping HTTP/1.1\r\nHost : a\r\n\r\n"),
        arguments("a tab before the colon", 400, "GET /ping HTTP/1.1\r\nHost\t: a\r\n\r\n"),
        arguments("a header without a colon", 400, "GET /ping HTTP/1.1\r\nHost: a\r\nX\r\n\r\n"),
        arguments("a header without a name", 400, "GET /ping HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n"),
        arguments(
            "a name with a blank in it", 400, "GET /ping HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n"),
        arguments("a NUL in a name", 400, "GET /ping HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"),
        arguments(
            "a byte over 127 in a name",
            400,
            "GET /ping HTTP/1.1\r\nHost: a\r\nX\u00e4: b\r\n\r\n"),
        arguments("a NUL in a value", 400, "GET /ping HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n"),
        arguments("a DEL in a value", 400, "GET /ping HTTP/1.1\r\nHost: a\r\nX: b\u007fc\r\n\r\n"),
        arguments(
            "an escape in a value", 400, "GET /ping HTTP/1.1\r\nHost: a\r\nX: \u001b[1m\r\n\r\n"),
        arguments("two lengths", 400, post("Content-Length: 3\r\nContent-Length: 4", "abc")),
        arguments(
            "the same length twice", 400, post("Content-Length: 3\r\nContent-Length: 3", "abc")),
        arguments("a list of lengths", 400, post("Content-Length: 3, 3", "abc")),
        arguments("a length with a sign", 400, post("Content-Length: +3", "abc")),
        arguments("a negative length", 400, post("Content-Length: -3", "abc")),
        arguments("a length in hexadecimal", 400, post("Content-Length: 0x3", "abc")),
        arguments("a length with a fraction", 400, post("Content-Length: 3.0", "abc")),
        arguments("an empty length", 400, post("Content-Length:", "abc")),
        arguments("a length with a blank in it", 400, post("Content-Length: 3 3", "abc")),
        arguments(
            "a length that overflows", 400, post("Content-Length: 18446744073709551619", "abc")),
        arguments(
            "a length with a chunked body",
            400,
            post("Content-Length: 3\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        arguments(
            "a chunked body with a length",
            400,
            post("Transfer-Encoding: chunked\r\nContent-Length: 3", "0\r\n\r\n")),
        arguments("an unknown coding", 400, post("Transfer-Encoding: xchunked", "0\r\n\r\n")),
        arguments(
            "a coding that ends in chunked",
            400,
            post("Transfer-Encoding: x chunked", "0\r\n\r\n")),
        arguments(
            "a coding after chunked",
            400,
            post("Transfer-Encoding: chunked, identity", "0\r\n\r\n")),
        arguments("chunked twice", 400, post("Transfer-Encoding: chunked, chunked", "0\r\n\r\n")),
        arguments(
            "chunked in two headers",
            400,
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")),
        arguments(
            "chunked in one header and another in the next",
            400,
            post("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "0\r\n\r\n")),
        arguments("an empty coding", 400, post("Transfer-Encoding:", "0\r\n\r\n")),
        arguments(
            "a coding behind a control character",
            400,
            post("Transfer-Encoding: \u000bchunked", "0\r\n\r\n")),
        arguments("a coding in quotes", 400, post("Transfer-Encoding: \"chunked\"", "0\r\n\r\n")),
        arguments(
            "a coding that is not spoken",
            501,
            post("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")),
        arguments("a chunk size with 0x", 400, chunked("0x3\r\nabc\r\n0\r\n\r\n")),
        arguments("a chunk size with a sign", 400, chunked("+3\r\nabc\r\n0\r\n\r\n")),
        arguments("a negative chunk size", 400, chunked("-3\r\nabc\r\n0\r\n\r\n")),
        arguments("a chunk size after a blank", 400, chunked(" 3\r\nabc\r\n0\r\n\r\n")),
        arguments("a chunk size before a blank", 400, chunked("3 \r\nabc\r\n0\r\n\r\n")),
        arguments("an underscore in a chunk size", 400, chunked("0_3\r\nabc\r\n0\r\n\r\n")),
        arguments("an empty chunk size", 400, chunked("\r\nabc\r\n0\r\n\r\n")),
        arguments(
            "a chunk size that overflows 64 bits",
            400,
            chunked("10000000000000003\r\nabc\r\n0\r\n\r\n")),
        arguments(
            "a chunk size that overflows 32 bits", 413, chunked("100000003\r\nabc\r\n0\r\n\r\n")),
        arguments("a chunk longer than its size", 400, chunked("3\r\nabcd\r\n0\r\n\r\n")),
        arguments("a chunk shorter than its size", 400, chunked("4\r\nabc\r\n0\r\n\r\n")),
        arguments("bare LF after a chunk size", 400, chunked("3\nabc\r\n0\r\n\r\n")),
        arguments("bare LF after a chunk", 400, chunked("3\r\nabc\n0\r\n\r\n")),
        arguments("bare CR in a chunk extension", 400, chunked("3;a\rb\r\nabc\r\n0\r\n\r\n")),
        arguments("a chunk extension of another sort", 400, chunked("3,a\r\nabc\r\n0\r\n\r\n")),
        arguments(
            "a chunk extension without end",
            400,
            chunked("3;" + "a".repeat(2000) + "\r\nabc\r\n0\r\n\r\n")),
        arguments("a trailer without a colon", 400, chunked("0\r\nX\r\n\r\n")),
        arguments("a folded trailer", 400, chunked("0\r\nX: a\r\n b\r\n\r\n")),
        arguments("trailers without end", 431, chunked("0\r\n" + "X: aaaaaaaa\r\n".repeat(2000))),
        arguments("an unknown expectation", 417, post("Content-Length: 3\r\nExpect: x", "abc")),
        arguments(
            "a request line that is too long",
            414,
            "GET /" + "a".repeat(2000) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("a request line without end", 414, "GET /" + "a".repeat(20_000)),
        arguments(
            "a header that is too long",
            431,
            "GET /ping HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(9000) + "\r\n\r\n"),
        arguments("a header without end", 431, "GET /ping HTTP/1.1\r\nX: " + "a".repeat(9000)),
        arguments("a name without end", 431, "GET /ping HTTP/1.1\r\n" + "X".repeat(9000)),
        arguments(
            "too many headers",
            431,
            "GET /ping HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(40) + "\r\n"),
        arguments("a body that is too long", 413, post("Content-Length: 300000", "abc")),
        arguments("chunks that are too long", 413, chunked("50000\r\nabc")),
        arguments("a preface of HTTP/2 cut off", 505, "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
        arguments("blank lines without end", 400, "\r\n".repeat(10) + "GET /ping HTTP/1.1\r\n"),
        arguments("TLS", 400, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001"),
        arguments("no HTTP at all", 400, "hello\r\n\r\n"));
  }

  private static String post(String headers, String body) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n" + body;
  }

  private static String chunked(String body) {
    return post("Transfer-Encoding: chunked", body);
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("refused")
  void refusesAndEndsTheConnection(String name, int status, String request) throws IOException {
    try (var client = server.connect()) {
      client.send(request + SMUGGLED);
      var response = client.read();
      assertEquals(status, response.status());
      assertTrue(response.close(), "Connection: close is missing");
      client.socket().shutdownOutput();
      assertTrue(client.ended(), "another response follows");
    }
    assertEquals(0, server.smuggled.get(), "what followed was taken for a request");
    try (var other = server.connect()) {
      assertEquals(200, other.send("GET /ping HTTP/1.1\r\nHost: a\r\n\r\n").read().status());
    }
  }

  static Stream<Arguments> served() {
    return Stream.of(
        arguments("plain", "pong", "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("a blank line before", "pong", "\r\nGET /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("no blank after the colon", "pong", "GET /ping HTTP/1.1\r\nHost:a\r\n\r\n"),
        arguments(
            "many blanks around a value",
            "b",
            "GET /x-echo HTTP/1.1\r\nHost:\t a \t\r\nX-Echo:  b \t \r\n\r\n"),
        arguments("an empty value", "", "GET /x-echo HTTP/1.1\r\nHost: a\r\nX-Echo:\r\n\r\n"),
        arguments(
            "a tab inside a value",
            "a\tb",
            "GET /x-echo HTTP/1.1\r\nHost: a\r\nX-Echo: a\tb\r\n\r\n"),
        arguments("names in any case", "b", "GET /x-echo HTTP/1.1\r\nhOST: a\r\nx-eCHO: b\r\n\r\n"),
        arguments(
            "odd but valid characters in a name",
            "pong",
            "GET /ping HTTP/1.1\r\nHost: a\r\n!#$%&'*+-.^_`|~: b\r\n\r\n"),
        arguments(
            "a target in absolute form",
            "pong",
            "GET http://a:80/ping HTTP/1.1\r\nHost: A:80\r\n\r\n"),
        arguments(
            "an absolute target with query",
            "pong",
            "GET HTTPS://a/ping?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("version 1.2", "pong", "GET /ping HTTP/1.2\r\nHost: a\r\n\r\n"),
        arguments(
            "an absolute target, another Host",
            "b:81",
            "GET http://b:81/host HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(
            "an absolute target, an empty Host",
            "b",
            "GET http://b/host HTTP/1.1\r\nHost:\r\nX: y\r\n\r\n"),
        arguments(
            "an absolute target without a path",
            "root",
            "GET http://a?x HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(
            "the server itself in absolute form",
            "server",
            "OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(
            "what browsers leave bare",
            "pong",
            "GET /ping?filter[a]=1|2`^{}\\ HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(
            "a bare percent sign in the query",
            "pong",
            "GET /ping?q=100% HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments(
            "a name that only the server may set",
            "none",
            "GET /cn HTTP/1.1\r\nHost: a\r\nX-Helidon-CN: root\r\n\r\n"),
        arguments("a query", "pong", "GET /ping?a=b&c=%20 HTTP/1.1\r\nHost: a\r\n\r\n"),
        arguments("an IPv6 host", "pong", "GET /ping HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
        arguments("a body of a given length", "abc", post("Content-Length: 3", "abc")),
        arguments("a length with leading zeros", "abc", post("Content-Length: 0003", "abc")),
        arguments("a body of no length", "", post("Content-Length: 0", "")),
        arguments(
            "a body encoded as it is",
            "abc",
            post("Content-Encoding: Identity\r\nContent-Length: 3", "abc")),
        arguments("no body at all", "", post("X: y", "")),
        arguments("chunks", "abcde", chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")),
        arguments(
            "chunk sizes in any case, with zeros",
            "abcdefghijklmno",
            chunked("00A\r\nabcdefghij\r\n5\r\nklmno\r\n000\r\n\r\n")),
        arguments(
            "chunked in any case",
            "abc",
            post("Transfer-Encoding: ChunkeD", "3\r\nabc\r\n0\r\n\r\n")),
        arguments("chunk extensions", "abc", chunked("3;a=b;c=\"d\"\r\nabc\r\n0;x\r\n\r\n")),
        arguments("a blank before a chunk extension", "abc", chunked("3 ;a=b\r\nabc\r\n0\r\n\r\n")),
        arguments("trailers", "abc", chunked("3\r\nabc\r\n0\r\nX: y\r\nZ:\r\n\r\n")),
        arguments("an empty chunked body", "", chunked("0\r\n\r\n")),
        arguments(
            "a body that the handler ignores",
            "ignored",
            "POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde"),
        arguments(
            "chunks that the handler ignores",
            "ignored",
            "POST /ignore HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nA: b\r\n\r\n"),
        arguments(
            "an upgrade to what is not spoken",
            "none",
            "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: irc/6.9\r\n\r\n"),
        arguments(
            "a request that looks like HTTP/2 at first",
            "smuggled",
            "PRI /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("served")
  void servesAndKeepsTheConnection(String name, String body, String request) throws IOException {
    try (var client = server.connect()) {
      var response = client.send(request).read();
      assertEquals(200, response.status());
      assertEquals(body, response.body());
      assertFalse(response.close());
      assertEquals(200, client.send("GET /ping HTTP/1.1\r\nHost: a\r\n\r\n").read().status());
    }
  }

  @ParameterizedTest(name = "byte by byte: {0}")
  @MethodSource("served")
  void servesWhatArrivesByteByByte(String name, String body, String request) throws IOException {
    try (var client = server.connect()) {
      for (var i = 0; i < request.length(); i++) {
        client.send(request.substring(i, i + 1));
      }
      var response = client.read();
      assertEquals(200, response.status());
      assertEquals(body, response.body());
    }
  }
}
