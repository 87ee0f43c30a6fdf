package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor names the fault of each faulty server, and what to do about it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CallDoctorTest {
  private final Map<String, CommandRun> runs = new HashMap<>();
  private final BadServers servers;

  CallDoctorTest(@TempDir Path folder) throws IOException {
    servers = new BadServers(folder);
  }

  @AfterAll
  void stop() {
    servers.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a name that nobody knows     |nobody.invalid                              |dns            "
            + "     |name does not resolve    |spelled right",
        "nobody listens               |{closed}                                    |tcp            "
            + "     |nothing listens there    |does it run",
        "silence                      |{silent} --timeout 500ms                    |http/1.1       "
            + "     |no answer came in time   |--timeout",
        "silence where TLS should be  |https://{silent} --timeout 500ms            |tls            "
            + "     |sends nothing            |--timeout",
        "TLS to plaintext             |https://{server}                            |tls            "
            + "     |answers in plaintext     |http:// or ws://",
        "plaintext to TLS             |http://{tls}                                |http/2         "
            + "     |expects TLS              |https://",
        "an authority nobody knows    |https://{tls}                               |tls            "
            + "     |does not chain           |--cacert FILE",
        "another's certificate        |https://{other} --ca {otherca}              |tls            "
            + "     |for another name         |use the name that it is for",
        "an expired certificate       |https://{old} --ca {oldca}                  |tls            "
            + "     |has expired              |have it renewed",
        "ALPN without h2              |https://{tls1} --ca {ca}                    |alpn           "
            + "     |not h2                   |offer h2",
        "HTTP/1.1 only                |{http1}                                     |http/2         "
            + "     |HTTP/1.1 only            |pass HTTP/2 through",
        "a login page                 |{login}                                     |http/1.1       "
            + "     |200 with HTML            |login page or proxy",
        "a broken gateway             |{gateway}                                   |http/1.1       "
            + "     |502 with HTML            |login page or proxy",
        "a login page on HTTP/2       |{login2} --timeout 1500ms                   |grpc without a"
            + " token|HTML came back           |login page or proxy",
        "a broken gateway on HTTP/2   |{gateway2} --timeout 1500ms                 |grpc without a"
            + " token|HTML came back           |in between",
        "a platform that refuses      |{iam2} --timeout 1500ms --token x           |grpc without a"
            + " token|HTML came back           |unauthenticated invocations",
        "a clock that is wrong        |{past}                                      |clock          "
            + "     |ahead of the server's    |NTP",
        "an expired token             |{server} --token-file {stale}               |token          "
            + "     |expired                  |get a new one",
        "an audience of another       |{server} --token-file {stray}               |grpc           "
            + "     |not valid here           |audience",
        "a key that was deleted       |{server} --key {revoked} --audience a       |token          "
            + "     |invalid_grant            |check the credentials",
        "a caller who may not         |{server} --token-file {mallory}             |grpc           "
            + "     |may not call this        |ask the operator",
        "the same on WebSocket        |{server} --token-file {mallory}             |websocket      "
            + "     |may not call this        |ask the operator",
        "no gRPC service              |{nogrpc} --token-file {good}                |grpc           "
            + "     |have that method or path |does the server mount",
        "no WebSocket                 |{nogrpc} --token-file {good}                |websocket      "
            + "     |have that method or path |path",
        "an upgrade that is dropped   |{noupgrade} --token-file {good}             |websocket      "
            + "     |does not let it through  |--use-http2",
        "streams that are held back   |{buffering} --token-file {good}             |server stream  "
            + "     |all at once              |buffers",
        "streams that are cut         |{cutting} --token-file {good} --timeout 2s  |server stream  "
            + "     |the connection was lost  |its timeouts",
        "streams in one direction     |{cutting} --token-file {good} --timeout 2s  |both ways      "
            + "     |no answer came           |the end of the request"
      })
  void findsTheFaultAndSaysWhatToDo(
      String name, String server, String check, String says, String advice) {
    var run = runs.computeIfAbsent(server, this::examine);
    assertEquals(ExitCode.FAILED, run.code(), name);
    var found = finding(run, check);
    assertEquals("WRONG", found.getString("grade"), run.out());
    var text = found.getString("text");
    assertTrue(text.contains(says), found.toString());
    assertEquals(1, text.lines().count());
    assertTrue((text + " " + found.getString("advice")).contains(advice), found.toString());
  }

  @Test
  void withoutATokenNothingIsWrongButItSaysHowToGiveOne() {
    var run = examine("{server}");
    assertEquals(ExitCode.OK, run.code(), run.toString());
    assertTrue(finding(run, "token").getString("advice").contains("--key"), run.out());
    assertEquals("GOOD", finding(run, "grpc without a token").getString("grade"));
    assertEquals("GOOD", finding(run, "websocket").getString("grade"));
  }

  private CommandRun examine(String server) {
    return CommandRun.ofLine(servers.typed("call doctor --json --server " + server));
  }

  private static JsonObject finding(CommandRun run, String check) {
    return run.out()
        .lines()
        .map(CallDoctorTest::json)
        .filter(finding -> check.equals(finding.getString("check")))
        .findFirst()
        .orElseThrow(() -> new AssertionError(check + " is not in " + run));
  }

  private static JsonObject json(String line) {
    try (var reader = Json.createReader(new StringReader(line))) {
      return reader.readObject();
    }
  }
}
