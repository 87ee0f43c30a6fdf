package dev.oneport.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebSocketProbe;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No token, nor part of one, is written at any level, whatever happens to it. */
final class NoTokenInLogsTest {
  private static final int PART = 16;

  @TempDir Path folder;

  @Test
  void tokensThroughEveryFailureLeaveNoTrace() throws Exception {
    var issuer = TestIssuer.good();
    Files.writeString(folder.resolve("application.yaml"), yaml(issuer));
    var tokens = tokens(issuer);
    try (var process =
        ServerProcess.start(Map.of("PORT", "0", "LOG_LEVEL", "TRACE"), folder, "serve")) {
      var port = process.port();
      for (var token : tokens) {
        http(port, token, Version.HTTP_1_1);
        http(port, token, Version.HTTP_2);
        grpc(port, token);
        webSocket(port, token);
      }
      assertEquals(0, process.terminate().exitCode());
      var output = process.output();
      assertTrue(output.contains("\"severity\":\"DEBUG\""), "the finest level is on");
      assertTrue(output.contains("ACCESS_TOKEN_EXPIRED"), "failures are logged");
      assertEquals(
          List.of(),
          tokens.stream()
              .flatMap(token -> parts(token).stream())
              .filter(output::contains)
              .toList());
    }
  }

  private static List<String> tokens(TestIssuer issuer) {
    var now = Instant.now().getEpochSecond();
    return List.of(
        issuer.token().sign(),
        issuer.token().claim("exp", now - 100).sign(),
        issuer.token().claim("aud", "https://elsewhere.test").sign(),
        issuer.token().claim("iss", "https://elsewhere.test").sign(),
        issuer.token().header("kid", "unknown-key-identifier").sign(),
        issuer.token().signBy(TestIssuer.other()),
        issuer.token().header("crit", List.of("b64")).sign(),
        issuer.token().claim("exp", "a text where a number belongs").sign(),
        issuer.token().without("sub").sign(),
        issuer.token().signature("SIGNATURE_REMOVED_BY_GOOGLE"),
        "opaque-token-0123456789abcdefghijklmnop",
        issuer.token().sign() + ".more.parts");
  }

  /** Every stretch of a token that is long enough to be one, in the clear and in base64. */
  private static List<String> parts(String token) {
    var parts = new ArrayList<String>();
    for (int i = 0; i + PART <= token.length(); i += PART) {
      var part = token.substring(i, i + PART);
      if (!"SIGNATURE_REMOVED_BY_GOOGLE".contains(part)) {
        parts.add(part);
      }
    }
    parts.add(
        Base64.getEncoder()
            .encodeToString(token.getBytes(StandardCharsets.UTF_8))
            .substring(0, PART));
    return parts;
  }

  private static void http(int port, String token, Version version) throws Exception {
    try (var client = HttpClient.newBuilder().version(version).build()) {
      for (var path : List.of("/ping", "/nothing", "/ping?access_token=x", "/../ping")) {
        var request =
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token);
        client.send(request.build(), BodyHandlers.ofString());
      }
    }
  }

  private static void grpc(int port, String token) {
    try (var client = new GrpcProbe(port, false)) {
      client.call("Echo/Ping", token);
      client.call("Echo/Nothing", token);
    }
  }

  private static void webSocket(int port, String token) throws Exception {
    var subprotocol =
        "base64url.bearer.authorization.oneport.dev."
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(token.getBytes(StandardCharsets.UTF_8));
    for (var header :
        List.of(
            HeaderField.bearer(token),
            new HeaderField("Sec-WebSocket-Protocol", "echo, " + subprotocol))) {
      new WebSocketProbe(port).open("/ws", List.of(header));
    }
    try (var socket = TextSocket.open(port, "/ws", token)) {
      socket.ask("{\"message\":\"" + token + "\"");
    } catch (ExecutionException e) {
      // Refused, as most of them are.
    }
  }

  private static String yaml(TestIssuer issuer) {
    return """
        identity:
          issuers:
            test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ] }
        policy:
          rules:
            - { allow: [ authenticated ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
        """
        .formatted(issuer.id(), issuer.jwksFile(), TestIssuer.AUDIENCE);
  }
}
