package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Caller;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.TestTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server in a program, put together by the public builder alone. */
@Timeout(60)
final class OnePortTest {
  private static final Map<String, String> LOCAL =
      Map.of("ONEPORT_SERVER_PORT", "0", "ONEPORT_SERVER_HOST", "127.0.0.1");
  private static final String OPEN =
      "policy: { rules: [ { allow: [ anyone ], route: HTTP GET /who } ] }";
  private static final String CLOSED =
      "policy: { rules: [ { allow: [ authenticated ], route: HTTP GET /who } ] }";

  private static OnePort.Builder server() {
    return OnePort.builder()
        .environment(LOCAL)
        .service(
            port ->
                port.http().get("/who", (_, response) -> response.send(Caller.current().name())));
  }

  @Test
  void aServiceIsServedAsTheConfigurationSays() throws Exception {
    var audit = new ByteArrayOutputStream();
    try (var server = server().configuration(CLOSED).dev(true).audit(audit).build().start()) {
      assertEquals("401", get(server, "").substring(0, 3));
      var token = server.devToken("alice", Set.of(), Duration.ofMinutes(1));
      assertEquals("200 alice", get(server, token));
      assertFalse(server.failure().isDone());
    }
    assertTrue(audit.toString(StandardCharsets.UTF_8).contains("\"caller\":\"alice\""));
  }

  @Test
  void aFileIsReadAgain(@TempDir Path folder) throws Exception {
    var file = Files.writeString(folder.resolve("a.yaml"), OPEN);
    try (var server = server().configuration(file).build().start()) {
      assertEquals("200 ", get(server, ""));
      Files.writeString(file, "policy: { rules: [] }");
      assertFalse(server.reload());
      assertEquals("200 ", get(server, ""));
      Files.writeString(file, OPEN);
      assertTrue(server.reload());
    }
  }

  @Test
  void whatIsWrongIsSaidBeforeTheStart() {
    var error =
        assertThrows(
            InvalidConfiguration.class,
            () -> server().configuration("policy: { rules: [], typo: 1 }").build());
    assertEquals(2, error.problems().size(), error::getMessage);
  }

  @Test
  void onlyDevModeGivesTokens() {
    try (var server = server().configuration(OPEN).build()) {
      assertThrows(
          IllegalStateException.class,
          () -> server.devToken("alice", Set.of(), Duration.ofMinutes(1)));
    }
  }

  private static String get(OnePort server, String token) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(TestTls.uri("http", server.port(), "/who"));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try (var client = TestTls.http().build()) {
      var response = client.send(request.build(), BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    }
  }
}
