package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import io.helidon.websocket.WsListener;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules name the variables of forwarded paths, for their conditions. */
@TestInstance(Lifecycle.PER_CLASS)
final class ForwardedParametersTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String UPSTREAM =
      "policy: { rules: [ { allow: [ anyone ], route: [ HTTP * /**, WS /** ] } ] }";

  private RunningServer upstream;
  private RunningServer server;

  @BeforeAll
  void start() {
    upstream =
        RunningServer.startPlain(
            UPSTREAM,
            port -> {
              port.http()
                  .get("/tenants/{tenant}", (_, response) -> response.send("ok"))
                  .get("/tenants/{tenant}/{item}", (_, response) -> response.send("ok"));
              port.webSocket("/live/{tenant}", () -> new WsListener() {});
            });
    server = RunningServer.start(yaml(upstream.port(), ""));
  }

  private static String yaml(int port, String more) {
    return """
        upstreams: { up: { url: "http://127.0.0.1:%d" } }
        forward:
          - { route: "HTTP * /tenants/**", to: up }
          - { route: "WS /live/{tenant}", to: up }
        identity:
          issuers:
            test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, claims: [ tenant_id ] }
        policy:
          rules:
            - allow: [ authenticated ]
              when: "request.params.tenant in claims.tenant_id"
              route: [ "HTTP GET /tenants/{tenant}", "WS /live/*" ]
            - allow: [ authenticated ]
              when: "request.params.name in claims.tenant_id && request.params.item == 'own'"
              route: "HTTP GET /tenants/{name}/{item}"
            - { deny: [ authenticated ], when: "request.params.which == 'closed'", route: "HTTP GET /tenants/{which}" }
            - { allow: [ authenticated ], route: HTTP GET /tenants/open }
        %s
        """
        .formatted(port, ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE, more);
  }

  @AfterAll
  void stop() {
    server.close();
    upstream.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/tenants/acme, 200",
    "/tenants/%61cme, 200",
    "/tenants/other, 403",
    "/tenants/a%C3%A4, 200",
    "/tenants/closed, 403",
    "/tenants/open, 200",
    "/tenants/other?tenant=acme, 403",
    "/tenants/acme/own, 200",
    "/tenants/acme/others, 403",
    "/tenants/other/own, 403",
    "/tenants/acme/own/more, 404",
    "/tenants/{tenant}, 403",
    "/live/acme, 101",
    "/live/other, 403"
  })
  void theVariableIsTheSegmentOfThePath(String path, int status) throws IOException {
    var claims = List.of("acme", "a\u00e4", "closed");
    var token = HeaderField.bearer(ISSUER.token().claim("tenant_id", claims).sign());
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
    assertEquals(status, RawHttp.send(server.port(), request).status());
  }

  @Test
  void oneNameForTwoSegmentsIsAMistake() {
    var more = "    - { allow: [ authenticated ], route: \"HTTP GET /tenants/{item}/{name}\" }\n";
    var configuration = Configuration.parse("test.yaml", yaml(1, more), Map.of(), false);
    var invalid =
        assertThrows(
            InvalidConfiguration.class,
            () -> Plan.read(configuration, List.of(), Optional.empty()));
    assertEquals(
        List.of(
            "policy.rules: the rules about HTTP GET /tenants/*/* name several segments of its path {item}",
            "policy.rules: the rules about HTTP GET /tenants/*/* name several segments of its path {name}"),
        invalid.problems().stream()
            .map(it -> it.toString().replaceFirst("test.yaml:\\d+: ", ""))
            .sorted()
            .toList());
  }
}
