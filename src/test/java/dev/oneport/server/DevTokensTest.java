package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is given a token in dev mode: programs on this machine and the server's own page. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DevTokensTest {
  /** Answers may be read by these pages, which still get no tokens. */
  private final RunningServer server =
      RunningServer.startDev(
          """
          server: { page: { enabled: false }, cors: { origins: [ "*" ] } }
          policy: { rules: [] }
          """);

  /**
   * A request with one thing changed.
   *
   * @param host which may hold PORT for the server's own, as may the headers
   */
  record Row(String name, String host, String headers, String type, int status) {
    @Override
    public String toString() {
      return name + " -> " + status;
    }
  }

  @AfterAll
  void stop() {
    server.close();
  }

  static Stream<Row> rows() {
    var local = "localhost:PORT";
    return Stream.of(
        row("a program", local, "", 200),
        row("by address", "127.0.0.1:PORT", "", 200),
        row("by IPv6 address", "[::1]:PORT", "", 200),
        row("the server's own page", local, "Origin: http://localhost:PORT", 200),
        row("the same behind TLS", local, "Origin: https://localhost:PORT", 200),
        row(
            "as a browser says it",
            local,
            "Origin: http://localhost:PORT\r\nSec-Fetch-Site: same-origin",
            200),
        row("a page elsewhere", local, "Origin: https://app.example.com", 403),
        row("a page that CORS allows", local, "Origin: https://app.example.com", 403),
        row("a page on another port", local, "Origin: http://localhost:3000", 403),
        row("a page by another name", local, "Origin: http://127.0.0.1:PORT", 403),
        row("a page without an origin of its own", local, "Origin: null", 403),
        row("an empty origin", local, "Origin: ", 403),
        row(
            "two origins",
            local,
            "Origin: http://localhost:PORT\r\nOrigin: https://app.example.com",
            403),
        row("cross-site without an origin", local, "Sec-Fetch-Site: cross-site", 403),
        row("same-site without an origin", local, "Sec-Fetch-Site: same-site", 403),
        row("a name that points here", "rebound.example.com:PORT", "", 421),
        row("a name that ends like ours", "x.localhost:PORT", "", 403),
        new Row("a form", local, "", "application/x-www-form-urlencoded", 403),
        new Row("a form as text", local, "", "text/plain", 403),
        new Row("a form of a page", local, "Origin: https://app.example.com", "text/plain", 403),
        new Row(
            "a form of the own page", local, "Origin: http://localhost:PORT", "text/plain", 403),
        new Row("JSON by another name", local, "", "application/json-seq", 403),
        new Row("JSON with a charset", local, "", "application/json; charset=utf-8", 200),
        new Row("a type that is none", local, "", "///", 403));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void onlyThisMachinesProgramsAndTheOwnPageAreGivenTokens(Row row) throws Exception {
    var body = "{\"caller\":\"alice\"}";
    var request =
        "POST /dev/token HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Type: %s\r\n%sContent-Length: %d\r\n\r\n%s"
            .formatted(
                row.host(),
                row.type(),
                row.headers().isEmpty() ? "" : row.headers() + "\r\n",
                body.length(),
                body);
    var answer =
        RawHttp.send(server.port(), request.replace("PORT", String.valueOf(server.port())));
    assertEquals(row.status(), answer.status(), answer.body());
    assertEquals(row.status() == 200, answer.body().contains("\"token\""));
  }

  private static Row row(String name, String host, String headers, int status) {
    return new Row(name, host, headers, "application/json", status);
  }
}
