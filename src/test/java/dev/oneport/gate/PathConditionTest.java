package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.HeaderField;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import io.helidon.websocket.WsListener;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions on the variables in a route's path. */
final class PathConditionTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, claims: [ tenant_id ] }
      policy:
        rules:
          - allow: [ authenticated ]
            when: "request.params.tenant == claims.tenant_id"
            route: [ "HTTP GET /tenants/{tenant}", "WS /live/{tenant}" ]
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);

  private final RunningServer server =
      RunningServer.start(
          YAML,
          port -> {
            port.http().get("/tenants/{tenant}", (_, response) -> response.send("ok"));
            port.webSocket("/live/{tenant}", () -> new WsListener() {});
          });

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/tenants/acme, 200",
    "/tenants/other, 403",
    "/tenants/%61cme, 200",
    "/tenants/acme;x=acme, 200",
    "/tenants/other;tenant=acme, 403",
    "/tenants/other?tenant=acme, 403",
    "/live/acme, 101",
    "/live/other, 403",
    "/live/other?tenant=acme, 403"
  })
  void theVariableIsThatOfTheRoute(String path, int status) throws IOException {
    var token = HeaderField.bearer(ISSUER.token().claim("tenant_id", "acme").sign());
    var upgrade =
        path.startsWith("/live")
            ? String.join(
                "\r\n",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "")
            : "";
    var request =
        "GET %s HTTP/1.1\r\nHost: localhost\r\n%s: %s\r\n%s\r\n"
            .formatted(path, token.name(), token.value(), upgrade);
    // What only some servers take for a parameter is not forwarded.
    int expected = path.contains(";") && RunningServer.forwards() ? 400 : status;
    assertEquals(expected, RawHttp.send(server.port(), request).status());
  }
}
