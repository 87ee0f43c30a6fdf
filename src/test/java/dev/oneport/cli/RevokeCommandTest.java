package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.RedisServer;
import dev.oneport.testing.TestIssuer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code oneport revoke} and {@code oneport revoked}. */
final class RevokeCommandTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  @TempDir Path folder;
  private Path config;
  private Path file;

  private record Said(int code, String out, String err) {}

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("revocations.jsonl");
    config =
        Files.writeString(
            folder.resolve("application.yaml"),
            """
            shared: { revocations: { file: "%s" } }
            identity:
              issuers:
                staff: { issuer: "%s", jwks: '%s', audiences: [ me ], caller-claim: email, caller-prefix: "" }
                machines: { kind: api-keys, keys-file: /dev/null, caller-prefix: "key:" }
                tenants:
                  preset: entra
                  tenants: [ 72f988bf-86f1-41af-91ab-2d7cd011db47, 72f988bf-86f1-41af-91ab-2d7cd011db48 ]
                  audiences: [ me ]
                  caller-prefix: "t:"
            policy:
              rules: [ { allow: [ authenticated ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ]
            """
                .formatted(file, ISSUER.id(), ISSUER.jwks()));
  }

  @Test
  void whatIsRevokedIsListed() throws Exception {
    for (var named :
        List.of(
            List.of("--caller", "alice@example.com", "--issuer", "staff"),
            List.of("--caller", "key:billing"),
            List.of("--session", "s"),
            List.of("--token-id", "j", "--issuer", "staff"),
            List.of("--issuer", "staff", "--yes"))) {
      var args = Stream.concat(named.stream(), Stream.of("--before", "2020-01-01T00:00:00Z"));
      var said = run("revoke", args.toArray(String[]::new));
      assertEquals(0, said.code(), said::err);
      assertTrue(said.out().startsWith("revoked: "), said::out);
    }
    assertEquals(5, Files.readAllLines(file).size());
    // Tokens that were issued so long ago have all expired; an API key may be valid forever.
    var listed = run("revoked");
    assertEquals(0, listed.code());
    assertTrue(listed.out().contains("key:billing"), listed::out);
    assertEquals(2, listed.out().lines().count(), listed::out);
    var now = run("revoke", "--caller", "alice@example.com", "--issuer", "staff");
    assertTrue(
        now.out().startsWith("revoked: issuer staff, caller alice@example.com, issued before "),
        now::out);
    assertTrue(now.out().contains("; kept in " + file + " until 2"), now::out);
    var json = run("revoked", "--json");
    assertTrue(json.out().startsWith("[{\"issuer\":\""), json::out);
    assertTrue(json.out().contains("\"caller\":\"alice@example.com\""), json::out);
  }

  @Test
  void aNameThatStandsForSeveralIssuersIsEachOfThem() throws Exception {
    var said = run("revoke", "--issuer", "tenants", "--yes");
    assertEquals(0, said.code(), said::err);
    var lines = Files.readAllLines(file);
    assertEquals(2, lines.size());
    assertTrue(lines.getFirst().contains("tenants/72f988bf-86f1-41af-91ab-2d7cd011db47"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing             |                                        | name what to revoke",
        "a whole issuer      | --issuer staff                         | add --yes if you mean it",
        "an unknown issuer   | --issuer staf --yes                    | did you mean staff?",
        "no time             | --session s --before yesterday         | must be a time such as",
        "a time to come      | --session s --before 9000-01-01T00:00:00Z | is in the future",
        "long ago            | --session s --before 1960-01-01T00:00:00Z | after 1970",
        "an unknown option   | --cller a                              | did you mean --caller?",
        "an empty caller     | --caller=                              | --caller must not be empty"
      })
  void isAMistake(String name, String args, String said) throws Exception {
    var words = args == null ? new String[0] : args.split(" ");
    var answer = run("revoke", words);
    assertEquals(2, answer.code(), name);
    assertTrue(answer.err().contains(said), answer::err);
    assertTrue(Files.notExists(file));
  }

  @Test
  void withoutAFileInTheConfigurationItIsAMistake() throws Exception {
    Files.writeString(config, Files.readString(config).replaceFirst("shared:.*\n", ""));
    for (var command : List.of("revoke", "revoked")) {
      var answer =
          run(command, command.equals("revoke") ? new String[] {"--session", "s"} : none());
      assertEquals(2, answer.code());
      assertTrue(answer.err().contains("set shared.redis or shared.revocations.file"), answer::err);
    }
  }

  @Test
  void aMistakeElsewhereInTheConfigurationKeepsNoCredentialValid() throws Exception {
    var text = Files.readString(config);
    Files.writeString(
        config, text.replace("[ authenticated ]", "[ nobody ]") + "server: { port: none }\n");
    assertEquals(0, run("revoke", "--session", "s").code());
    assertEquals(1, Files.readAllLines(file).size());
    assertEquals(0, run("revoked").code());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "an unknown key of an issuer | audiences: [ me ], caller-claim | audience: [ me ], caller-claim",
        "an unknown key below shared | shared: {                       | shared: { revocation: {},",
        "a wrong setting             | revocations: {                  | revocations: { leeway: long,",
      })
  void aMistakeInWhatItReadsIsReportedWithItsPlace(String name, String good, String bad)
      throws Exception {
    var text = Files.readString(config);
    assertTrue(text.contains(good), name);
    Files.writeString(config, text.replaceFirst(Pattern.quote(good), bad));
    var answer = run("revoke", "--session", "s");
    assertEquals(2, answer.code(), name);
    assertTrue(answer.err().startsWith(config + ":"), answer::err);
    assertTrue(answer.err().contains(" problem"), answer::err);
    assertTrue(Files.notExists(file));
  }

  @Test
  void aFileThatCannotBeWrittenFails() throws Exception {
    Files.createDirectory(file);
    var answer = run("revoke", "--session", "s");
    assertEquals(1, answer.code(), answer::err);
    assertTrue(answer.err().startsWith("oneport: "), answer::err);
    assertEquals(1, run("revoked").code());
  }

  @Test
  void redisKeepsThemAsWell() throws Exception {
    try (var redis = RedisServer.start(folder)) {
      var text = Files.readString(config);
      Files.writeString(
          config,
          text.replace(
              "revocations: { file: \"" + file + "\" }", "redis: \"" + redis.url() + "\""));
      var said = run("revoke", "--caller", "alice@example.com", "--issuer", "staff");
      assertEquals(0, said.code(), said::err);
      assertTrue(said.out().contains("; kept in " + redis.url() + "/0 until 20"), said::out);
      assertEquals(2, run("revoke", "--issuer", "staff").code());
      assertEquals(0, run("revoke", "--issuer", "staff", "--yes").code());
      var listed = run("revoked");
      assertEquals(0, listed.code(), listed::err);
      assertEquals(3, listed.out().lines().count(), listed::out);
      redis.ask("ZADD", "oneport:revocations", "+inf", "{\"callr\":\"a\"}");
      var wrong = run("revoked");
      assertEquals(1, wrong.code());
      assertTrue(
          wrong.err().contains(redis.url() + "/0: line 1 has the unknown key 'callr'"), wrong::err);
      redis.password("another");
      var refused = run("revoke", "--session", "s");
      assertEquals(1, refused.code());
      assertTrue(
          refused.err().startsWith("oneport: " + redis.url() + "/0: no connection: "),
          refused::err);
      assertTrue(refused.err().contains("NOAUTH"), refused::err);
    }
  }

  @Test
  void wrongLinesAreReported() throws Exception {
    Files.writeString(file, "{\"callr\":\"a\"}\n");
    run("revoke", "--session", "s");
    var answer = run("revoked");
    assertEquals(1, answer.code());
    assertTrue(answer.err().contains(file + ": line 1 has the unknown key 'callr'"), answer::err);
    assertEquals(2, answer.out().lines().count(), answer::out);
  }

  @Test
  void whatItPrintsCannotDriveATerminal() throws Exception {
    run("revoke", "--session", "a\u001b[2Jb");
    assertTrue(run("revoked").out().contains("a\\u001b[2Jb"));
  }

  private static String[] none() {
    return new String[0];
  }

  private Said run(String command, String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    var all = Stream.concat(Stream.of(command, "--config", config.toString()), Stream.of(args));
    var words = all.toArray(String[]::new);
    int code =
        OnePortCommand.commandLine(Map.of(), words)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(words);
    return new Said(code, out.toString(), err.toString());
  }
}
