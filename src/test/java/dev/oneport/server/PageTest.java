package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Service;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the page is there, for whom, and with what a browser is told to keep to. */
@Timeout(60)
final class PageTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String SETTING = "server: { page: { enabled: true } }\n";
  private static final String FOR_ALL =
      "    - { allow: [ anyone ], route: [ HTTP GET /, HTTP GET /page/* ] }\n";

  private final HttpClient http = TestTls.http().build();

  @AfterEach
  void stop() {
    http.shutdownNow();
  }

  @Test
  void aBrowserIsToldToKeepToThisOriginAndToMakeNoCodeOfText() throws Exception {
    try (var server = RunningServer.start(SETTING + yaml() + FOR_ALL, new EchoService())) {
      for (var path :
          List.of("/", "/page/main.js", "/page/page.css", "/page/icon.svg", "/page/me")) {
        var headers = get(server, path).headers();
        assertEquals(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
                + "require-trusted-types-for 'script'; trusted-types 'none'",
            headers.firstValue("content-security-policy").orElse(""),
            path);
        assertEquals("nosniff", headers.firstValue("x-content-type-options").orElse(""), path);
        assertEquals("no-referrer", headers.firstValue("referrer-policy").orElse(""), path);
        for (var name : List.of("cross-origin-opener-policy", "cross-origin-resource-policy")) {
          assertEquals("same-origin", headers.firstValue(name).orElse(""), path);
        }
      }
    }
  }

  @Test
  void allThatThePageLoadsIsThere() throws Exception {
    try (var server = RunningServer.start(SETTING + yaml() + FOR_ALL, new EchoService())) {
      var index = get(server, "/");
      assertEquals("text/html; charset=utf-8", type(index));
      var loaded = references(index.body(), "(?:src|href)=\"(/page/[^\"]+)\"").toList();
      assertTrue(loaded.contains("/page/main.js"), loaded.toString());
      for (var path : loaded) {
        assertEquals(200, get(server, path).statusCode(), path);
      }
      var main = get(server, "/page/main.js");
      assertEquals("text/javascript; charset=utf-8", type(main));
      for (var name : references(main.body(), "from '\\./([^']+)'").toList()) {
        var module = get(server, "/page/" + name);
        assertEquals(200, module.statusCode(), name);
        for (var other : references(module.body(), "from '\\./([^']+)'").toList()) {
          assertEquals(200, get(server, "/page/" + other).statusCode(), other);
        }
      }
    }
  }

  @Test
  void aFileThatDidNotChangeIsNotSentAgain() throws Exception {
    try (var server = RunningServer.start(SETTING + yaml() + FOR_ALL, new EchoService())) {
      var first = get(server, "/page/page.css");
      var etag = first.headers().firstValue("etag").orElseThrow();
      assertEquals("no-cache", first.headers().firstValue("cache-control").orElse(""));
      var again = send(server, "GET", "/page/page.css", "If-None-Match", etag);
      assertEquals(304, again.statusCode());
      assertEquals("", again.body());
      assertEquals(
          200, send(server, "GET", "/page/page.css", "If-None-Match", "\"x\"").statusCode());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/page/main.js", "/page/me", "/page/calls"})
  void headIsAnsweredWithoutABodyAndAtOnce(String path) throws Exception {
    try (var server = RunningServer.start(SETTING + yaml() + FOR_ALL, new EchoService())) {
      var answer = send(server, "HEAD", path, "Authorization", "Bearer " + ISSUER.token().sign());
      assertEquals(200, answer.statusCode());
      assertEquals("", answer.body());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/nothing.js",
        "/page/index.html.js",
        "/page/PageFiles.class",
        "/page/..%2fpage%2fmain.js",
        "/page/%2e%2e/%2e%2e/%2e%2e/application.yaml",
        "/page/",
        "/page"
      })
  void noOtherFileOfTheJarIsThere(String path) throws Exception {
    try (var server = RunningServer.start(SETTING + yaml() + FOR_ALL, new EchoService())) {
      assertEquals(404, get(server, path).statusCode());
    }
  }

  @Test
  void withoutTheSettingThereIsNone() throws Exception {
    try (var server = RunningServer.start(yaml(), new EchoService())) {
      assertFalse(server.hasPage());
      for (var path : List.of("/", "/page/main.js", "/page/me", "/page/calls")) {
        assertEquals(404, get(server, path).statusCode(), path);
      }
    }
    assertProblem(yaml() + FOR_ALL, "HTTP GET / is not mounted", "HTTP GET /page/* is not mounted");
  }

  @Test
  void withTheSettingAndNoRuleTheServerDoesNotStart() {
    assertProblem(
        SETTING + yaml(),
        "no rule is about HTTP GET /,",
        "no rule is about HTTP GET /page/{file},",
        "no rule is about HTTP GET /page/me,",
        "no rule is about HTTP GET /page/calls,");
  }

  @Test
  void aRuleDecidesWhoSeesIt() throws Exception {
    var rules =
        """
            - { allow: [ anyone ], route: [ HTTP GET /, "HTTP GET /page/{file}" ] }
            - { allow: [ alice@example.com ], route: [ HTTP GET /page/me, HTTP GET /page/calls ] }
        """;
    try (var server = RunningServer.start(SETTING + yaml() + rules, new EchoService())) {
      assertEquals(200, get(server, "/").statusCode());
      for (var path : List.of("/page/me", "/page/calls")) {
        assertEquals(401, get(server, path).statusCode(), path);
        var bob = ISSUER.token().claim("email", "bob@example.com").sign();
        assertEquals(
            403, send(server, "GET", path, "Authorization", "Bearer " + bob).statusCode(), path);
      }
      var alice = "Bearer " + ISSUER.token().sign();
      assertEquals(200, send(server, "GET", "/page/me", "Authorization", alice).statusCode());
    }
  }

  @Test
  void devModeHasItAndOpensItAndSaysWhichRolesThereAre() throws Exception {
    try (var server = RunningServer.startDev(dev(""), new EchoService())) {
      assertTrue(server.hasPage());
      assertEquals(200, get(server, "/").statusCode());
      var me = get(server, "/page/me").body();
      assertTrue(me.contains("\"dev\":{\"roles\":[\"caller\"]}"), me);
    }
    try (var server = RunningServer.start(SETTING + yaml() + FOR_ALL, new EchoService())) {
      assertFalse(get(server, "/page/me").body().contains("\"dev\""));
    }
  }

  @Test
  void devModeGoesByTheRulesThatTheFileHas() throws Exception {
    var rule = "    - { allow: [ authenticated ], route: HTTP GET /page/me }\n";
    try (var server = RunningServer.startDev(dev(rule), new EchoService())) {
      assertEquals(200, get(server, "/").statusCode());
      assertEquals(401, get(server, "/page/me").statusCode());
    }
  }

  @Test
  void devModeWithoutItByTheSetting() throws Exception {
    var off = "server: { page: { enabled: false } }\n";
    try (var server = RunningServer.startDev(off + dev(""), new EchoService())) {
      assertEquals(404, get(server, "/").statusCode());
    }
  }

  @Test
  void itStepsAsideForAServiceThatIsAtItsPlace() throws Exception {
    var rule = "    - { allow: [ authenticated ], route: HTTP GET / }\n";
    Service home = port -> port.http().get("/", (_, response) -> response.send("mine"));
    try (var server = RunningServer.startDev(dev(rule), new EchoService(), home)) {
      assertFalse(server.hasPage());
      assertEquals(401, get(server, "/").statusCode());
      var token = "Bearer " + server.devToken("alice");
      assertEquals("mine", send(server, "GET", "/", "Authorization", token).body());
      assertEquals(404, get(server, "/page/me").statusCode());
    }
  }

  @Test
  void aServiceAtItsPlaceIsNotOpenedByDevMode() {
    Service home = port -> port.http().get("/", (_, response) -> response.send("mine"));
    var error =
        assertThrows(
            InvalidConfiguration.class,
            () -> RunningServer.startDev(dev(""), new EchoService(), home).close());
    assertTrue(
        error.problems().toString().contains("no rule is about HTTP GET /,"),
        error.problems().toString());
  }

  private static void assertProblem(String yaml, String... texts) {
    var error =
        assertThrows(
            InvalidConfiguration.class, () -> RunningServer.start(yaml, new EchoService()).close());
    for (var text : texts) {
      assertTrue(error.problems().toString().contains(text), error.problems().toString());
    }
  }

  private static Stream<String> references(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1));
  }

  private static String type(HttpResponse<String> answer) {
    return answer.headers().firstValue("content-type").orElse("");
  }

  private HttpResponse<String> get(RunningServer server, String path) throws Exception {
    return send(server, "GET", path);
  }

  /** Where rules say whose credential decides, the page judges each route by that one. */
  @Test
  void eachRouteIsJudgedByTheCredentialThatDecidesThere() throws Exception {
    var yaml =
        """
        identity:
          issuers:
            app: { issuer: "%1$s", jwks: '%2$s', audiences: [ "%3$s" ], caller-prefix: "app:" }
            front: { issuer: "%1$s", jwks: '%2$s', audiences: [ front ], caller-prefix: "front:", header: x-front }
        policy:
          rules:
            - { allow: [ "app:*" ], credential: app, route: [ HTTP GET /ping, GRPC Echo/* ] }
            - { allow: [ "front:*" ], credential: front, route: WS /ws }
        """
            .formatted(ISSUER.id(), ISSUER.jwks(), TestIssuer.AUDIENCE);
    try (var server = RunningServer.start(SETTING + yaml + FOR_ALL, new EchoService())) {
      var app = "Bearer " + ISSUER.token().sign();
      var front = ISSUER.token().claim("aud", "front").sign();
      assertEquals("app allowed, front CREDENTIALS_MISSING", judged(server, "Authorization", app));
      assertEquals("app CREDENTIALS_MISSING, front allowed", judged(server, "X-Front", front));
      assertEquals(
          "app allowed, front allowed", judged(server, "Authorization", app, "X-Front", front));
    }
  }

  private String judged(RunningServer server, String... headers) throws Exception {
    var account = send(server, "GET", "/page/me", headers).body();
    return "app " + judged(account, "HTTP GET /ping") + ", front " + judged(account, "WS /ws");
  }

  private static String judged(String account, String route) {
    var found =
        Pattern.compile(
                "\"route\":\""
                    + route
                    + "\"[^}]*?\"allowed\":(true|false)[^}]*?(?:\"reason\":\"(\\w+)\"|\"rule\")")
            .matcher(account);
    assertTrue(found.find(), account);
    return found.group(1).equals("true") ? "allowed" : found.group(2);
  }

  private HttpResponse<String> send(
      RunningServer server, String method, String path, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(TestTls.uri("http", server.port(), path))
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static String dev(String rules) {
    return """
        policy:
          roles: { caller: [] }
          rules:
            - { allow: [ anyone ], route: HTTP GET /ping }
            - { allow: [ caller ], route: [ GRPC Echo/*, WS /ws ] }
        """
        + rules;
  }

  private static String yaml() {
    return """
        identity:
          issuers:
            test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
        policy:
          rules:
            - { allow: [ anyone ], route: HTTP GET /ping }
            - { allow: [ alice@example.com ], route: [ GRPC Echo/*, WS /ws ] }
        """
        .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);
  }
}
