package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.AllClients;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is wrong with the file stops a start, and later takes nothing back. */
@Timeout(120)
final class RevocationFaultsTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String REVOKED = "ACCESS_TOKEN_REVOKED";

  @TempDir Path folder;

  /** A line of the file. */
  private static String revoked(String name) {
    return "{\"caller\":\"%s@example.com\",\"before\":\"%s\"}\n".formatted(name, Instant.now());
  }

  /** What may happen to the file. */
  enum Fault {
    GONE("there is no file"),
    A_FOLDER("cannot be read"),
    EMPTY(""),
    GARBAGE("line 1 is not a JSON object; line 2 has the unknown key 'callr'"),
    BINARY("is not UTF-8"),
    TOO_LARGE("is larger than 4194304 bytes"),
    TOO_MANY("has more than 20000 revocations");

    private final String said;

    Fault(String said) {
      this.said = said;
    }

    void happen(Path file) throws IOException {
      Files.deleteIfExists(file);
      switch (this) {
        case GONE -> {}
        case A_FOLDER -> Files.createDirectory(file);
        case EMPTY -> Files.createFile(file);
        case GARBAGE -> Files.writeString(file, "garbage\n{\"callr\":1}\n");
        case BINARY -> Files.write(file, new byte[] {(byte) 0xfe, (byte) 0xff, 0, '\n'});
        case TOO_LARGE -> Files.writeString(file, " ".repeat(5 << 20));
        case TOO_MANY -> Files.writeString(file, revoked("bob").repeat(20_001));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EMPTY")
  void itStopsTheStart(Fault fault) throws Exception {
    var file = folder.resolve("revocations.jsonl");
    fault.happen(file);
    var wrong = assertThrows(InvalidConfiguration.class, () -> start(file).close());
    var problems = wrong.problems().toString();
    assertTrue(problems.contains("test.yaml:1: shared.revocations.file: "), problems);
    assertTrue(problems.contains(fault.said.replaceFirst(";.*", "")), problems);
  }

  @ParameterizedTest
  @EnumSource
  void laterTheLastStateCounts(Fault fault) throws Exception {
    var file = Files.writeString(folder.resolve("revocations.jsonl"), revoked("alice"));
    try (var log = new LogRecords("dev.oneport");
        var server = start(file);
        var clients = new AllClients(server.port())) {
      assertEquals(REVOKED, clients.call("all", bearer("alice")));
      fault.happen(file);
      if (!fault.said.isEmpty()) {
        Await.until("it is logged", () -> count(log, fault) > 0);
      }
      assertEquals(REVOKED, clients.call("all", bearer("alice")));
      // The configuration can still be changed.
      assertTrue(server.reload(yaml(file)));
      assertEquals(REVOKED, clients.call("all", bearer("alice")));
      if (fault == Fault.A_FOLDER) {
        Files.delete(file);
      }
      Files.writeString(file, revoked("bob"));
      Await.until("bob is revoked", () -> call(clients, "bob").equals(REVOKED));
      assertEquals(REVOKED, call(clients, "alice"));
      assertEquals(fault.said.isEmpty() ? 0 : 1, count(log, fault));
    }
  }

  @Test
  void goodLinesAmongGarbageCount() throws Exception {
    var file = Files.createFile(folder.resolve("revocations.jsonl"));
    try (var server = start(file);
        var clients = new AllClients(server.port())) {
      assertEquals("OK", call(clients, "bob"));
      Files.writeString(
          file, "garbage\n" + revoked("bob") + "{\"caller\":\"cut o", StandardOpenOption.APPEND);
      Await.until("bob is revoked", () -> call(clients, "bob").equals(REVOKED));
      assertEquals("OK", call(clients, "alice"));
    }
  }

  @Test
  void anotherFileTakesEffectAtTheNextStart() throws Exception {
    var file = Files.createFile(folder.resolve("revocations.jsonl"));
    try (var log = new LogRecords("dev.oneport");
        var server = start(file)) {
      assertTrue(server.reload(yaml(folder.resolve("other"))));
      log.await("server, audit, telemetry or shared settings changed");
    }
    assertFalse(Files.exists(folder.resolve("other")));
  }

  private static long count(LogRecords log, Fault fault) {
    return log.lines().stream()
        .filter(line -> !fault.said.isEmpty() && line.contains(fault.said))
        .count();
  }

  private static String call(AllClients clients, String user) {
    try {
      return clients.call("all", bearer(user));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static List<HeaderField> bearer(String user) {
    return List.of(HeaderField.bearer(ISSUER.token().claim("email", user + "@example.com").sign()));
  }

  private static RunningServer start(Path file) {
    return RunningServer.start(yaml(file), new ProbeService(List.of("all")));
  }

  private static String yaml(Path file) {
    return """
    shared: { revocations: { file: "%s" } }
    identity:
      issuers:
        test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email }
    policy:
      rules:
        - { allow: [ authenticated ], route: %s }
    """
        .formatted(
            file, ISSUER.id(), ISSUER.jwks(), TestIssuer.AUDIENCE, ProbeService.routes("all"));
  }
}
