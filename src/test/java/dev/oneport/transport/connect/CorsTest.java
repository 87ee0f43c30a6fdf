package dev.oneport.transport.connect;

import static dev.oneport.transport.connect.WebPort.JSON;
import static dev.oneport.transport.connect.WebPort.WEB;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.HeaderField;
import dev.oneport.time.Clocks;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which pages of other origins may read answers. */
final class CorsTest {
  private static final String PAGE = "https://app.example.com";
  private static final String SOME =
      "cors: { origins: [ 'https://app.example.com', 'http://localhost:3000' ], max-age: 10m }";
  private static final String ALL = "cors: { origins: [ '*' ] }";
  private static final String EXPOSED =
      "grpc-status, grpc-message, grpc-status-details-bin, www-authenticate, retry-after";

  private static WebPort start(Version version, String settings) {
    return new WebPort(version, Clocks.system(), settings);
  }

  private static HttpResponse<byte[]> send(
      WebPort port, String method, String path, String type, HeaderField... headers)
      throws Exception {
    return port.client().send(method, path, type, new byte[0], List.of(headers));
  }

  private static HeaderField[] preflight(String origin, String method, String headers) {
    return new HeaderField[] {
      new HeaderField("origin", origin),
      new HeaderField("access-control-request-method", method),
      new HeaderField("access-control-request-headers", headers)
    };
  }

  private static String header(HttpResponse<?> response, String name) {
    return String.join(" | ", response.headers().allValues(name));
  }

  /** A page, what it asks for, and what it may read. */
  record Row(
      String name,
      String settings,
      String origin,
      String method,
      String path,
      int status,
      String allowed) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        new Row("an answer", SOME, PAGE, "GET", "/ping", 200, PAGE),
        new Row("a refusal", SOME, PAGE, "POST", "/Echo/Ping", 401, PAGE),
        new Row("no such path", SOME, PAGE, "GET", "/nothing", 404, PAGE),
        new Row("another method", SOME, PAGE, "PUT", "/ping", 405, PAGE),
        new Row(
            "the second origin",
            SOME,
            "http://localhost:3000",
            "GET",
            "/ping",
            200,
            "http://localhost:3000"),
        new Row("another origin", SOME, "https://evil.example.com", "GET", "/ping", 200, ""),
        new Row("another scheme", SOME, "http://app.example.com", "GET", "/ping", 200, ""),
        new Row("another port", SOME, PAGE + ":8443", "GET", "/ping", 200, ""),
        new Row("a longer name", SOME, PAGE + ".evil.test", "GET", "/ping", 200, ""),
        new Row("upper case", SOME, "HTTPS://APP.EXAMPLE.COM", "GET", "/ping", 200, ""),
        new Row("no origin of its own", SOME, "null", "GET", "/ping", 200, ""),
        new Row("all origins", ALL, "https://any.example.com", "GET", "/ping", 200, "*"),
        new Row("all origins and none of its own", ALL, "null", "GET", "/ping", 200, "*"),
        new Row("not configured", "", PAGE, "GET", "/ping", 200, ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void anAnswerSaysWhoMayReadIt(Row row) throws Exception {
    for (var version : List.of(Version.HTTP_1_1, Version.HTTP_2)) {
      try (var port = start(version, row.settings())) {
        var response =
            send(port, row.method(), row.path(), "", new HeaderField("origin", row.origin()));
        assertEquals(row.status(), response.statusCode());
        assertEquals(row.allowed(), header(response, "access-control-allow-origin"));
        assertEquals(
            row.allowed().isEmpty() ? "" : EXPOSED,
            header(response, "access-control-expose-headers"));
        assertEquals(row.settings().equals(SOME) ? "Origin" : "", header(response, "vary"));
        assertEquals("", header(response, "access-control-allow-credentials"));
      }
    }
  }

  @Test
  void anErrorOfAHandlerCanBeReadToo() throws Exception {
    try (var port = start(Version.HTTP_1_1, SOME)) {
      var origin = new HeaderField("origin", PAGE);
      var denied = port.post("/Closed/Upload", JSON.replace("json", "proto"), new byte[0], origin);
      assertEquals(401, denied.statusCode());
      assertEquals(PAGE, header(denied, "access-control-allow-origin"));
      var failed = port.post("/Odd/OneThenFail", WEB, new byte[5], origin);
      assertEquals(PAGE, header(failed, "access-control-allow-origin"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/Odd/Never", "/Closed/Upload", "/Echo/Chat"})
  void aPreflightIsTheSameWhoeverMayCall(String path) throws Exception {
    for (var version : List.of(Version.HTTP_1_1, Version.HTTP_2)) {
      try (var port = start(version, SOME)) {
        var response =
            send(port, "OPTIONS", path, "", preflight(PAGE, "POST", "authorization,x-grpc-web"));
        assertEquals(204, response.statusCode());
        assertEquals(PAGE, header(response, "access-control-allow-origin"));
        assertEquals("POST", header(response, "access-control-allow-methods"));
        assertEquals("authorization,x-grpc-web", header(response, "access-control-allow-headers"));
        assertEquals("600", header(response, "access-control-max-age"));
      }
    }
  }

  @Test
  void aPreflightOfAnHttpRouteNamesItsMethods() throws Exception {
    try (var port = start(Version.HTTP_1_1, ALL)) {
      var response = send(port, "OPTIONS", "/ping", "", preflight(PAGE, "GET", "authorization"));
      assertEquals("*", header(response, "access-control-allow-origin"));
      assertEquals("GET, HEAD", header(response, "access-control-allow-methods"));
      assertEquals("7200", header(response, "access-control-max-age"));
    }
  }

  @Test
  void aPreflightOfAnotherPageIsAnOrdinaryQuestion() throws Exception {
    for (var settings : List.of(SOME, "")) {
      try (var port = start(Version.HTTP_1_1, settings)) {
        var response =
            send(
                port,
                "OPTIONS",
                "/Echo/Ping",
                "",
                preflight("https://evil.test", "POST", "authorization"));
        assertEquals(204, response.statusCode());
        assertEquals("POST, OPTIONS", header(response, "allow"));
        assertTrue(
            response.headers().map().keySet().stream()
                .noneMatch(name -> name.startsWith("access-control-")));
      }
    }
  }

  @Test
  void whatAPreflightAsksForIsNotRepeatedIfItIsNoListOfNames() throws Exception {
    try (var port = start(Version.HTTP_1_1, SOME)) {
      for (var wanted : List.of("a\"b", "x".repeat(3000), "(a)")) {
        var response = send(port, "OPTIONS", "/Echo/Ping", "", preflight(PAGE, "POST", wanted));
        assertEquals(204, response.statusCode());
        assertEquals("", header(response, "access-control-allow-headers"));
      }
      var nowhere = send(port, "OPTIONS", "/nothing", "", preflight(PAGE, "POST", "a"));
      assertEquals(404, nowhere.statusCode());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.example.com",
        "https://app.example.com/",
        "https://App.example.com",
        "null",
        "https://*.example.com",
        "https://a b"
      })
  void whatIsNoOriginStopsTheStart(String origin) {
    var error =
        assertThrows(
            InvalidConfiguration.class,
            () -> start(Version.HTTP_1_1, "cors: { origins: [ '" + origin + "' ] }"));
    assertTrue(error.problems().toString().contains("server.cors.origins"), error::toString);
  }
}
