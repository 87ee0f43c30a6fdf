package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.audit.LogOutput;
import dev.oneport.config.Configuration;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.time.Clocks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A configuration that changes under a running server, in all the ways in which files change. */
@Timeout(60)
final class ReloadTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final Path JWKS = ISSUER.jwksFile();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String BOB = "bob@example.com";
  private static final String ALICE = "alice@example.com";

  @TempDir private Path folder;
  private final String token = ISSUER.token().sign();
  private @Nullable Server server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aFileThatIsWrittenOverCounts() throws Exception {
    var file = write("application.yaml", yaml(BOB));
    start(file);
    assertEquals("PERMISSION_DENIED", ping());
    write("application.yaml", yaml(ALICE));
    await(() -> ping().equals("OK"));
  }

  @Test
  void aFileThatIsReplacedByRenameCounts() throws Exception {
    var file = write("application.yaml", yaml(BOB));
    start(file);
    Files.move(
        write("next.yaml", yaml(ALICE)),
        file,
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    await(() -> ping().equals("OK"));
  }

  /** As Kubernetes does: the file is a link into {@code ..data}, which is swapped for another. */
  @Test
  void aConfigMapWhoseLinkIsSwappedCounts() throws Exception {
    write("..first/application.yaml", yaml(BOB));
    write("..second/application.yaml", yaml(ALICE));
    var data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..first"));
    var file =
        Files.createSymbolicLink(
            folder.resolve("application.yaml"), Path.of("..data/application.yaml"));
    start(file);
    assertEquals("PERMISSION_DENIED", ping());
    Files.move(
        Files.createSymbolicLink(folder.resolve("..next"), Path.of("..second")),
        data,
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    await(() -> ping().equals("OK"));
  }

  @Test
  void anIncludedFileCountsToo() throws Exception {
    var parts = yaml(BOB).split("(?=policy:)", 2);
    write("policy.yaml", parts[1]);
    start(write("application.yaml", "include: [ policy.yaml ]\n" + parts[0]));
    assertEquals("PERMISSION_DENIED", ping());
    write("policy.yaml", parts[1].replace(BOB, ALICE));
    await(() -> ping().equals("OK"));
  }

  @Test
  void anIncludedFileThatWasBadCountsOnceItIsGood() throws Exception {
    var parts = yaml(ALICE).split("(?=policy:)", 2);
    var file = write("application.yaml", yaml(BOB));
    start(file);
    write("application.yaml", "include: [ policy.yaml ]\n" + parts[0]);
    assertTrue(!running().reload(), "there is no such file");
    write("policy.yaml", parts[1].replace("GRPC Echo/*", "GRPC Nowhere/*"));
    assertTrue(!running().reload(), "it is wrong");
    assertEquals("PERMISSION_DENIED", ping());
    write("policy.yaml", parts[1]);
    await(() -> ping().equals("OK"));
  }

  /** The policy in the jar would be another one, and good. */
  @Test
  void aFileThatWasReadAtTheStartAndIsGoneIsAMistake() throws Exception {
    var file = write("application.yaml", yaml(BOB));
    var environment =
        Map.of("PORT", "0", "AUTH_AUDIENCE", "me", "AUTH_SERVICE_ACCOUNTS", "a@example.com");
    try (var process = ServerProcess.start(environment, folder, "serve")) {
      int port = process.port();
      Files.delete(file);
      process.await("the previous one (stays in force)");
      assertEquals(404, RawHttp.get(port, "/health/live").status());
      Files.writeString(file, yaml(ALICE));
      process.await("configuration (reloaded)");
      try (var client = new GrpcProbe(port, false)) {
        assertEquals("OK", client.call("Echo/Ping", token));
      }
    }
  }

  @Test
  void aBadChangeIsRefusedWholeAndTheNextGoodOneCounts() throws Exception {
    var file = write("application.yaml", yaml(ALICE));
    start(file);
    write("application.yaml", yaml(BOB).replace("GRPC Echo/*", "GRPC Nowhere/*"));
    assertTrue(!running().reload(), "it is wrong");
    assertEquals("OK", ping());
    write("application.yaml", "policy: [");
    assertTrue(!running().reload(), "it is no YAML");
    assertEquals("OK", ping());
    Files.delete(file);
    assertTrue(!running().reload(), "it is not there");
    assertEquals("OK", ping());
    write("application.yaml", yaml(BOB));
    await(() -> ping().equals("PERMISSION_DENIED"));
  }

  @Test
  void openSocketsAreJudgedAgainWithinASecondOfTheReload() throws Exception {
    var file = write("application.yaml", yaml(ALICE));
    start(file);
    try (var socket = TextSocket.open(running().port(), "/ws", token)) {
      write("application.yaml", yaml(BOB));
      assertTrue(running().reload());
      assertEquals("closed 3003 the caller may not call this", socket.next());
    }
  }

  @Test
  void aHangupReadsTheFileAgainAndSaysSo() throws Exception {
    var file = write("application.yaml", yaml(BOB));
    try (var process =
        ServerProcess.start(Map.of("PORT", "0"), folder, "serve", "--config", file.toString())) {
      int port = process.port();
      var hangup = new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start();
      assertEquals(0, hangup.waitFor());
      process.await("configuration (reloaded)");
      assertEquals(200, RawHttp.get(port, "/ping").status());
      assertEquals(0, process.terminate().exitCode(), process::err);
    }
  }

  private void start(Path file) {
    var local = Map.of("ONEPORT_SERVER_PORT", "0", "ONEPORT_SERVER_HOST", "127.0.0.1");
    var nowhere = new LogOutput(OutputStream.nullOutputStream(), true);
    server =
        Server.create(
                () -> Configuration.read(file, local, false),
                List.of(new EchoService()),
                Optional.empty(),
                new AuditTarget(nowhere, () -> ""),
                false,
                Clocks.system())
            .start();
  }

  private Server running() {
    return Objects.requireNonNull(server);
  }

  private String ping() {
    try (var client = new GrpcProbe(running().port(), false)) {
      return client.call("Echo/Ping", token);
    }
  }

  private static void await(BooleanSupplier holds) throws InterruptedException {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "not in time");
      Thread.sleep(20);
    }
  }

  private Path write(String name, String text) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static String yaml(String caller) {
    return """
    identity:
      issuers:
        test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
    policy:
      roles: { caller: [ %s ] }
      rules:
        - { allow: [ anyone ], route: HTTP GET /ping }
        - { allow: [ caller ], route: GRPC Echo/* }
        - { allow: [ caller ], route: WS /ws }
    """
        .formatted(ISSUER.id(), JWKS, TestIssuer.AUDIENCE, caller);
  }
}
