package dev.oneport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.FakeGoogle;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TlsFront;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls to a dev server, and their output. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CallCommandTest {
  private static final String ALICE = " --dev-as alice@example.com --dev-roles caller";

  @TempDir Path folder;

  /** Started in a folder without a configuration file, so that the one in the jar is used. */
  private final ServerProcess server =
      ServerProcess.start(Map.of(), Path.of("target"), "serve", "--dev", "--port", "0");

  private final String address;

  CallCommandTest() throws InterruptedException {
    address = " --server localhost:" + server.port();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private static JsonObject json(String line) {
    try (var reader = Json.createReader(new StringReader(line))) {
      return reader.readObject();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "call http /ping                             | {\"message\":\"pong\"}",
        "call grpc                                   | pong",
        "call grpc --json                            | {\"message\":\"pong\"}",
        "call grpc --watch -n 3 --interval 1ms       | 0 pong/1 pong/2 pong",
        "call grpc --watch -n 2 --first 7 --interval 1ms --json |"
            + " {\"number\":7,\"message\":\"pong\"}/{\"number\":8,\"message\":\"pong\"}",
        "call grpc --collect -n 3 -m hi --interval 1ms | 3 messages, 6 bytes",
        "call grpc --collect -n 3 -m hi --interval 1ms --json | {\"count\":3,\"bytes\":6}",
        "call grpc --chat -n 3 --interval 1ms        | 1 pong/2 pong/3 pong",
        "call ws                                     | 1 pong",
        "call ws -n 2 --interval 1ms --json          |"
            + " {\"number\":1,\"message\":\"pong\"}/{\"number\":2,\"message\":\"pong\"}"
      })
  void resultsAreOnStandardOutputAlone(String line, String expected) {
    var run = CommandRun.ofLine(line + address + ALICE);
    assertEquals(0, run.code(), run.toString());
    assertEquals(List.of(expected.split("/(?=[0-9{])", -1)), run.out().lines().toList());
    assertTrue(run.err().lines().allMatch(each -> each.startsWith("oneport: ")), run.err());
  }

  @Test
  void anAnswerAsJson() {
    var answer = json(CommandRun.ofLine("call http /ping --json --quiet" + address).out());
    assertEquals(200, answer.getInt("status"));
    assertEquals("HTTP/1.1", answer.getString("version"));
    assertEquals("pong", answer.getJsonObject("body").getString("message"));
  }

  @Test
  void anErrorAsJson() {
    var run = CommandRun.ofLine("call grpc --json --dev-as mallory" + address);
    assertEquals(5, run.code());
    var error = json(run.out()).getJsonObject("error");
    assertEquals("NOT_ALLOWED", error.getString("problem"));
    assertEquals("PERMISSION_DENIED", error.getString("status"));
    assertFalse(error.getString("advice").isEmpty());
  }

  @Test
  void invalidInputIsAnErrorAsJsonToo() {
    var run = CommandRun.ofLine("call ws --json --token-file nowhere" + address);
    assertEquals(2, run.code());
    var error = json(run.out()).getJsonObject("error");
    assertEquals("INVALID_INPUT", error.getString("problem"));
    assertEquals("there is no file nowhere", error.getString("detail"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "call grpc --watch --interval 50ms",
        "call grpc Echo/Watch -d '{\"interval_ms\":50}'",
        "call grpc --chat -n 0 --interval 50ms",
        "call ws -n 0 --interval 50ms"
      })
  void itEndsQuietlyWhenNobodyReadsTheResults(String line) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var command =
        "%s -XX:TieredStopAtLevel=1 -cp '%s' dev.oneport.Main %s%s --quiet"
            .formatted(java, System.getProperty("java.class.path"), line, address + ALICE);
    var script = "{ " + command + "; echo ended with $? >&2; } | head -n 1";
    try (var run = ServerProcess.startScript(Map.of("PATH", "/usr/bin:/bin"), folder, script)) {
      assertEquals(0, run.exitCode(), run.output());
      assertTrue(run.out().matches("(\\d pong|.*\"message\":\"pong\".*)\n"), run.out());
      assertEquals("ended with 0\n", run.err());
    }
  }

  @Test
  void quietPrintsNoProgress() {
    var run = CommandRun.ofLine("call http /ping --quiet" + address);
    assertEquals("", run.err());
  }

  @Test
  void theDoctorFindsNothingWrong() {
    var run = CommandRun.ofLine("call doctor --json" + address + ALICE);
    assertEquals(0, run.code(), run.toString());
    assertEquals(
        List.of(
            "dns GOOD",
            "tcp GOOD",
            "tls SKIPPED",
            "http/1.1 GOOD",
            "clock GOOD",
            "http/2 GOOD",
            "token GOOD",
            "grpc without a token GOOD",
            "grpc GOOD",
            "server stream GOOD",
            "client stream GOOD",
            "both ways GOOD",
            "websocket GOOD"),
        run.out()
            .lines()
            .map(CallCommandTest::json)
            .map(finding -> finding.getString("check") + " " + finding.getString("grade"))
            .toList());
    assertFalse(run.toString().contains("eyJ"), "no token, nor part of one");
  }

  @Test
  void everythingWorksOverTlsToo() {
    var keys = TlsFront.keyStore(folder, "front", "-ext", "san=dns:localhost,ip:127.0.0.1");
    try (var front = new TlsFront(keys, server.port(), "h2", "http/1.1")) {
      var token = CommandRun.ofLine("token --as alice@example.com --roles caller" + address).out();
      var options =
          " --server https://localhost:"
              + front.port()
              + " --ca "
              + TlsFront.certificate(keys)
              + " --token "
              + token.strip();
      assertTrue(CommandRun.ofLine("call http /ping" + options).err().contains("HTTP/2 200"));
      assertEquals("pong\n", CommandRun.ofLine("call grpc" + options).out());
      assertEquals(
          "1 pong\n2 pong\n",
          CommandRun.ofLine("call grpc --chat -n 2 --interval 1ms" + options).out());
      assertEquals("1 pong\n", CommandRun.ofLine("call ws" + options).out());
      var doctor = CommandRun.ofLine("call doctor" + options);
      assertEquals(0, doctor.code(), doctor.toString());
      assertTrue(doctor.out().contains("chooses h2"), doctor.out());
      assertTrue(doctor.out().contains("CN=front by CN=authority, good for 89 days"), doctor.out());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The only call in a separate process: its streams, its environment, and that it exits. */
  @Test
  void applicationDefaultCredentialsAreThoseOfTheEnvironment() throws Exception {
    try (var google = new FakeGoogle()) {
      var key = Files.writeString(folder.resolve("key.json"), FakeGoogle.key(google.tokenUri()));
      try (var call =
          ServerProcess.start(
              Map.of("GOOGLE_APPLICATION_CREDENTIALS", key.toString()),
              folder,
              "call",
              "grpc",
              "--adc",
              "--audience",
              "https://wrong.test",
              "--server",
              "localhost:" + server.port())) {
        assertEquals(4, call.exitCode(), call.output());
        assertEquals("", call.out());
        assertTrue(call.err().contains("the token is not valid"), call.err());
        assertEquals(List.of("token", "token"), google.asked(), "refreshed once");
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "a command, call d, doctor",
    "a command below another, policy ex, explain",
    "an option, call ws --dev-a, --dev-as",
    "a long option, call grpc --token-f, --token-file"
  })
  void theShellCompletes(String name, String begun, String completed) throws Exception {
    var script = Files.writeString(folder.resolve("completion"), CommandRun.of("completion").out());
    var shell =
        new ProcessBuilder(
                "bash",
                "-c",
                "source $0; COMP_WORDS=(oneport $1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1));"
                    + " _complete_oneport 2> /dev/null; echo ${COMPREPLY[*]}",
                script.toString(),
                begun)
            .start();
    assertEquals(completed + "\n", new String(shell.getInputStream().readAllBytes(), UTF_8), name);
  }

  @ParameterizedTest
  @CsvSource({"call", "call http", "call grpc", "call ws", "call doctor", "token", "completion"})
  void helpShowsExamples(String command) {
    var help = CommandRun.ofLine(command + " --help");
    assertEquals(0, help.code());
    var examples = help.out().substring(help.out().indexOf("\nExample")).strip();
    assertTrue(
        examples.lines().skip(1).allMatch(line -> line.matches("  .*oneport .*|and .*:")),
        "one a line, to be copied: " + examples);
  }

  @ParameterizedTest
  @CsvSource({"call", "call http", "call grpc", "call ws"})
  void helpHasEveryExitCode(String command) {
    var help = CommandRun.ofLine(command + " --help").out();
    var codes = help.substring(help.indexOf("\nExit codes:"), help.indexOf("\nExample"));
    assertEquals(
        List.of("0", "1", "2", "3", "4", "5", "6"),
        codes.strip().lines().skip(1).map(line -> line.strip().substring(0, 1)).toList());
  }

  @Test
  void noOptionDisablesCertificateVerification() {
    for (var command : List.of("call http", "call grpc", "call ws", "call doctor")) {
      var help = CommandRun.ofLine(command + " --help").out();
      assertFalse(help.matches("(?is).*--\\S*(insecure|verif|trust|skip|no-tls).*"), help);
    }
  }

  @Test
  void theBannersCommandsWorkAsTheyStand() throws Exception {
    server.awaitError("(gets another token)");
    var commands =
        server
            .err()
            .lines()
            .filter(line -> line.strip().startsWith("./oneport call"))
            .map(line -> line.strip().substring("./oneport ".length()))
            .toList();
    assertEquals(5, commands.size(), server.err());
    var refused = server.awaitError("export REFUSED=(\\S+)");
    for (var command : commands) {
      var run = CommandRun.ofLine(command.replace("\"$REFUSED\"", refused));
      assertEquals(command.contains("REFUSED") ? 5 : 0, run.code(), command + " " + run);
    }
  }
}
