package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.AllClients;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.CookieFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A token in a cookie counts only where no page of another site can have sent it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CookieTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String GOOD = ISSUER.token().sign();
  private static final String YAML =
      """
      server: { cors: { origins: [ "https://app.example.com" ] }, websocket: { origins: [ "*" ] } }
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, cookie: session }
      policy:
        rules:
          - { allow: [ alice@example.com ], route: [ HTTP GET /read, HTTP POST /read ] }
          - { allow: [ alice@example.com ], route: %s }
      """
          .formatted(
              ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE, ProbeService.routes("all"));

  private final RunningServer server =
      RunningServer.start(
          YAML,
          new ProbeService(List.of("all")),
          port ->
              port.http()
                  .get("/read", (_, response) -> response.send("read"))
                  .post("/read", (_, response) -> response.send("written")));

  @AfterAll
  void stop() {
    server.close();
  }

  @ParameterizedTest(name = "{0} {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "GET  | | 200",
        "HEAD | | 200",
        "GET  | Origin: OWN | 200",
        "GET  | Sec-Fetch-Site: same-origin | 200",
        "GET  | Sec-Fetch-Site: none | 200",
        "GET  | Sec-Fetch-Site: same-site | 200",
        "GET  | Sec-Fetch-Site: cross-site | 401",
        "GET  | Sec-Fetch-Site: Cross-Site | 401",
        "GET  | Origin: OWN;Sec-Fetch-Site: cross-site | 401",
        "GET  | Origin: https://app.example.com | 401",
        "GET  | Origin: null | 401",
        "GET  | Origin: OWN;Origin: https://app.example.com | 401",
        "GET  | Authorization: Bearer GOOD | 401",
        "GET  | Cookie: session=GOOD | 401",
        "POST | | 401",
        "POST | Origin: OWN | 200",
        "POST | Origin: OWN;Sec-Fetch-Site: same-origin | 200",
        "POST | Origin: https://app.example.com | 401",
        "POST | Origin: null | 401",
        "POST | Origin: OWN.evil.test | 401",
        "POST | Sec-Fetch-Site: same-origin | 401"
      })
  void aRequestOfAnotherSiteIsRefused(String method, String fields, int status) throws Exception {
    var lines =
        Stream.of((fields == null ? "" : fields).split(";"))
            .filter(line -> !line.isEmpty())
            .map(line -> line.replace("OWN", own()).replace("GOOD", GOOD) + "\r\n")
            .toList();
    var answer =
        RawHttp.send(
            server.port(),
            method
                + " /read HTTP/1.1\r\nHost: localhost:"
                + server.port()
                + "\r\nConnection: close\r\nContent-Length: 0\r\nCookie: a=b; session="
                + GOOD
                + "; c=d\r\n"
                + String.join("", lines)
                + "\r\n");
    assertEquals(status, answer.status(), answer.body());
  }

  @Test
  void allProtocolsNeedTheOwnOriginWhereTheyChangeSomething() throws Exception {
    try (var clients = new AllClients(server.port())) {
      var cookie = new HeaderField("cookie", "session=" + GOOD);
      var told = clients.call("all", List.of(cookie));
      assertEquals(
          "{HTTP/1.1=OK, HTTP/2=OK, gRPC unary=ACCESS_TOKEN_INVALID, gRPC"
              + " stream=ACCESS_TOKEN_INVALID, gRPC-Web=ACCESS_TOKEN_INVALID, gRPC-Web on"
              + " HTTP/2=ACCESS_TOKEN_INVALID, Connect=ACCESS_TOKEN_INVALID, Connect on"
              + " HTTP/2=ACCESS_TOKEN_INVALID, WebSocket=ACCESS_TOKEN_INVALID}",
          told);
      var other = new HeaderField("origin", "https://app.example.com");
      assertEquals("ACCESS_TOKEN_INVALID", clients.call("all", List.of(cookie, other)));
      var own = new HeaderField("origin", TestTls.uri("http", server.port(), "").toString());
      assertEquals("OK", clients.call("all", List.of(cookie, own)));
      var both = new ArrayList<>(List.of(cookie, own));
      both.add(HeaderField.bearer(GOOD));
      assertEquals("ACCESS_TOKEN_INVALID", clients.call("all", both));
    }
  }

  @Test
  void cookiesAreToldApart() {
    var fields =
        new CookieFields(List.of("a=1; session=x.y.z;session2=n", " b=\"2\" ; =; ;c", "a=3"));
    assertEquals(List.of("x.y.z"), fields.values("session"));
    assertEquals(List.of("1", "3"), fields.values("a"));
    assertEquals(List.of("2"), fields.values("b"));
    assertEquals(List.of(), fields.values("c"));
    assertEquals(List.of(), fields.values("Session"));
    assertEquals("a=1; session2=n; b=\"2\"; =; c; a=3", fields.without(Set.of("session")));
    assertEquals("", new CookieFields(List.of("session=x")).without(Set.of("session")));
  }

  private String own() {
    return (TestTls.ON ? "https" : "http") + "://localhost:" + server.port();
  }
}
