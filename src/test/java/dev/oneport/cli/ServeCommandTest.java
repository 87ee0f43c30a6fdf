package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The process: arguments, environment, signals, exit codes. */
final class ServeCommandTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  @TempDir Path folder;

  @Test
  void everyMistakeIsReportedAtOnceAndNothingStarts() throws Exception {
    write(
        """
        server: { port: lots, max-body-size: 1 parsec, prt: 1 }
        identity:
          issuers:
            a: { issuer: "https://a.test", jwks: "no-such-file", algorithms: [ HS256 ] }
        policy:
          roles: { caller: [ "${NOT_SET}" ] }
          rules:
            - { allow: [ caler ], route: HTTP GET /ping }
            - { allow: [ caller ], route: GRPC Echo/Nothing }
            - { allow: [ caller ], route: /ws }
        """);
    try (var process = ServerProcess.start(Map.of(), folder, "serve")) {
      assertEquals(2, process.exitCode());
      assertEquals(
          List.of(
              "application.yaml:1: server.port: must be a whole number, not 'lots'",
              "application.yaml:1: server.max-body-size: must be a size such as 64KiB, not '1"
                  + " parsec'",
              "application.yaml:1: server.prt: unknown key; did you mean port?",
              "application.yaml:4: identity.issuers.a.jwks: must be an http or https URL, a file"
                  + " that can be read, in-cluster, or a JWK set itself",
              "application.yaml:4: identity.issuers.a.audiences: must name the audience of the tokens:"
                  + " without it, tokens for any service would be accepted",
              "application.yaml:4: identity.issuers.a.algorithms: HS256 is not one of [RS256,"
                  + " RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA]",
              "application.yaml:6: policy.roles.caller.0: the environment variable NOT_SET is not"
                  + " set",
              "application.yaml:8: policy.rules.0.allow: caler is not a role in policy.roles; a"
                  + " caller by that name would be written caller:caler; did you mean caller?",
              "application.yaml:10: policy.rules.2.route: '/ws' is not a route such as HTTP GET"
                  + " /ping, GRPC Echo/Ping, GRPC Echo/* or WS /ws",
              "application.yaml:7: policy.rules: no rule is about GRPC Echo/Chat, which is mounted;"
                  + " add one that says who may call it",
              "application.yaml:7: policy.rules: no rule is about GRPC Echo/Collect, which is"
                  + " mounted; add one that says who may call it",
              "application.yaml:7: policy.rules: no rule is about GRPC Echo/Ping, which is mounted;"
                  + " add one that says who may call it",
              "application.yaml:7: policy.rules: no rule is about GRPC Echo/Watch, which is"
                  + " mounted; add one that says who may call it",
              "application.yaml:7: policy.rules: no rule is about WS /ws, which is mounted; add one"
                  + " that says who may call it",
              "application.yaml:9: policy.rules.1.route: GRPC Echo/Nothing is not mounted; these"
                  + " are: GRPC Echo/Chat, GRPC Echo/Collect, GRPC Echo/Ping, GRPC Echo/Watch",
              "15 problems"),
          process.err().lines().toList());
    }
  }

  @Test
  void checkOnlyValidates() throws Exception {
    write(good());
    try (var process = ServerProcess.start(Map.of(), folder, "serve", "--check")) {
      assertEquals(0, process.exitCode());
      assertEquals("the configuration is valid\n", process.out());
    }
  }

  @Test
  void withoutAFileTheOneInTheJarCountsAndSaysWhatItNeeds() throws Exception {
    try (var process =
        ServerProcess.start(Map.of("AUTH_AUDIENCE", "https://me.test"), folder, "serve")) {
      assertEquals(2, process.exitCode());
      assertTrue(process.err().contains("AUTH_SERVICE_ACCOUNTS is not set"), process.err());
    }
    var environment =
        Map.of("AUTH_AUDIENCE", "https://me.test", "AUTH_SERVICE_ACCOUNTS", "a@x.test,b@x.test");
    try (var process = ServerProcess.start(environment, folder, "serve", "--check")) {
      assertEquals(0, process.exitCode(), process.output());
    }
  }

  @Test
  void thePortOfTheEnvironmentWinsAndSigtermEndsWithZero() throws Exception {
    write(good() + "server: { port: 1 }\n");
    try (var process = ServerProcess.start(Map.of("PORT", "0"), folder, "serve")) {
      assertEquals(200, get(process.port(), "/ping").statusCode());
      assertEquals(0, process.terminate().exitCode());
      assertTrue(process.out().contains("open to anyone: [HTTP GET /ping]"), process.out());
      assertTrue(
          process.out().lines().allMatch(line -> line.startsWith("{\"severity\":")), process.out());
    }
  }

  @Test
  void aPortInUseIsReported() throws Exception {
    write(good());
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var process =
            ServerProcess.start(
                Map.of(),
                folder,
                "serve",
                "--host",
                "127.0.0.1",
                "--port",
                String.valueOf(taken.getLocalPort()))) {
      assertEquals(1, process.exitCode());
      assertEquals(
          "cannot listen on port %d of 127.0.0.1: another process does; choose another port with --port or PORT (0 for any)\n"
              .formatted(taken.getLocalPort()),
          process.err());
      assertEquals("", process.out());
    }
  }

  @Test
  void anInvalidLogVariableStopsTheStart() throws Exception {
    try (var process =
        ServerProcess.start(Map.of("LOG_FORMAT", "xml", "LOG_LEVEL", "lots"), folder, "serve")) {
      assertEquals(2, process.exitCode());
      assertEquals(
          """
          LOG_LEVEL: must be TRACE, DEBUG, INFO, WARN or ERROR, not 'lots'
          LOG_FORMAT: must be json or text, not 'xml'
          """,
          process.err());
    }
  }

  @Test
  void devModeDoesNotRunOnCloudRun() throws Exception {
    try (var process = ServerProcess.start(Map.of("K_SERVICE", "echo"), folder, "serve", "--dev")) {
      assertEquals(2, process.exitCode());
      assertTrue(process.err().contains("does not run on Cloud Run"), process.err());
    }
  }

  @Test
  void devModeGivesTokensThatWorkAndOneThatDoesNot() throws Exception {
    try (var process = ServerProcess.start(Map.of(), folder, "serve", "--dev", "--port", "0")) {
      var port = process.port();
      var allowed = exported(process, "ALLOWED");
      var refused = exported(process, "REFUSED");
      assertEquals("{\"request\":{\"message\":\"x\"},\"message\":\"pong\"}", ask(port, allowed));
      assertEquals("PERMISSION_DENIED", ping(port, refused));
      assertEquals("OK", ping(port, allowed));
      var server = "http://localhost:" + port;
      try (var other =
          ServerProcess.start(
              Map.of(),
              folder,
              "token",
              "--as",
              "bob",
              "--roles",
              "caller",
              "--ttl",
              "60s",
              "--server",
              server)) {
        assertEquals(0, other.exitCode(), other.output());
        assertEquals("OK", ping(port, other.out().strip()));
      }
    }
  }

  @Test
  void devModeHasAPageAndSaysWhere() throws Exception {
    try (var process = ServerProcess.start(Map.of(), folder, "serve", "--dev", "--port", "0")) {
      var page = process.awaitError("In a browser: (http://localhost:\\d+/)");
      assertEquals("http://localhost:" + process.port() + "/", page);
      var answer = get(process.port(), "/");
      assertEquals(200, answer.statusCode());
      assertTrue(answer.body().contains("<title>OnePort</title>"), answer.body());
    }
  }

  @Test
  void devModeGivesTokensToNobodyElse() throws Exception {
    try (var process = ServerProcess.start(Map.of(), folder, "serve", "--dev", "--port", "0");
        var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:" + process.port() + "/dev/token");
      var body = BodyPublishers.ofString("{\"caller\":\"x\"}");
      var form =
          HttpRequest.newBuilder(uri).header("Content-Type", "text/plain").POST(body).build();
      assertEquals(403, client.send(form, BodyHandlers.ofString()).statusCode());
      var broken =
          HttpRequest.newBuilder(uri)
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofString("{"))
              .build();
      assertEquals(400, client.send(broken, BodyHandlers.ofString()).statusCode());
    }
  }

  @Test
  void aJarBesideItBringsItsOwnService() throws Exception {
    var services = Files.createDirectories(folder.resolve("jar/META-INF/services"));
    Files.writeString(services.resolve("dev.oneport.api.Service"), FoundService.class.getName());
    write(good() + "    - { allow: [ anyone ], route: HTTP GET /found }\n");
    try (var process =
        ServerProcess.start(Map.of("PORT", "0"), folder, List.of(folder.resolve("jar")), "serve")) {
      assertEquals("found", get(process.port(), "/found").body());
    }
  }

  private void write(String yaml) throws IOException {
    Files.writeString(folder.resolve("application.yaml"), yaml);
  }

  private static String good() {
    return """
    identity:
      issuers:
        test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ] }
    policy:
      rules:
        - { allow: [ anyone ], route: HTTP GET /ping }
        - { allow: [ authenticated ], route: [ GRPC Echo/*, WS /ws ] }
    """
        .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      return client.send(request, BodyHandlers.ofString());
    }
  }

  private static String ask(int port, String token) throws Exception {
    try (var socket = TextSocket.open(port, "/ws", token)) {
      return String.valueOf(socket.ask("{\"message\":\"x\"}"));
    }
  }

  private static String ping(int port, String token) throws Exception {
    try (var client = new GrpcProbe(port, false)) {
      return client.call("Echo/Ping", token);
    }
  }

  /** The banner comes after the line that says the port. */
  private static String exported(ServerProcess process, String name) throws InterruptedException {
    return process.awaitError("export " + name + "=(\\S+).*gets another token");
  }
}
