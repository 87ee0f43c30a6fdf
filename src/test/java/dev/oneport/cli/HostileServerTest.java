package dev.oneport.cli;

import static dev.oneport.testing.ByteServer.answering;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.ByteServer;
import dev.oneport.testing.ServerFrame;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A hostile server causes no more than an error in the client: one line, soon, without control
 * characters.
 */
final class HostileServerTest {
  private static final String RED = "\u001b[31m";
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String PROBLEM = "Content-Type: application/problem+json\r\n";
  private static final String HTTP = "call http /ping --retry-for 0";
  private static final String SOON = " --timeout 1s";
  private static final String WS = "call ws --retry-for 0";

  static Stream<Arguments> servers() {
    return Stream.of(
        row("no HTTP", HTTP, 6, "not answer in HTTP", () -> answering("SSH-2.0-OpenSSH_9.9\r\n")),
        row(
            "a status that is a word",
            HTTP,
            6,
            "not answer in HTTP",
            () -> answering("HTTP/1.1 yes OK\r\n\r\n")),
        row(
            "a long header",
            HTTP,
            6,
            "it violates the protocol: ",
            () -> answering(OK + "X: " + "x".repeat(1 << 20) + "\r\n\r\n")),
        row(
            "headers without an end",
            HTTP,
            6,
            "it violates the protocol: ",
            () -> ByteServer.endless(OK, "X: " + "x".repeat(4_000) + "\r\n")),
        row(
            "interim answers without an end",
            HTTP,
            6,
            "it violates the protocol: ",
            () -> ByteServer.endless("", "HTTP/1.1 102 Processing\r\n\r\n".repeat(50))),
        row(
            "a body without an end",
            HTTP,
            1,
            "longer than 32768 KiB",
            () -> ByteServer.endless(OK + "\r\n", "x".repeat(1 << 16))),
        row(
            "a body that stops",
            HTTP + SOON,
            3,
            "no answer came in time",
            () -> ByteServer.beginning(OK + "Content-Length: 9\r\n\r\npo")),
        row(
            "a body that is cut",
            HTTP,
            3,
            "the connection was lost",
            () -> answering(OK + "Content-Length: 9\r\n\r\npo")),
        row(
            "invalid chunks",
            HTTP,
            3,
            "the connection was lost",
            () -> answering(OK + "Transfer-Encoding: chunked\r\n\r\nzz\r\nx")),
        row("a problem cut short", HTTP, 5, "may not call this", () -> refusing("{\"detail\":\"x")),
        row("a problem that is a list", HTTP, 5, "may not call this", () -> refusing("[1]")),
        row(
            "a problem a hundred thousand deep",
            HTTP,
            5,
            "may not call this",
            () -> refusing("{\"reason\":" + "[".repeat(100_000))),
        row(
            "colours and lines in a problem",
            HTTP,
            5,
            "away [31mwith you",
            () -> refusing("{\"detail\":\"away\\u001b[31mwith\\r\\n\\u009byou\"}")),
        row(
            "colours in a challenge",
            HTTP,
            4,
            "go away",
            () ->
                answering(
                    "HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer error=\"invalid_token\","
                        + " error_description=\"go\taway\"\r\nContent-Length: 0\r\n\r\n")),
        row("ten years to wait", HTTP, 3, "asks to wait 86400 s", () -> waiting("315360000")),
        row(
            "the past to wait for",
            HTTP,
            3,
            "is unavailable (503)",
            () -> waiting("Thu, 01 Jan 2015 00:00:00 GMT")),
        row("less than nothing to wait", HTTP, 3, "is unavailable (503)", () -> waiting("-5")),
        row(
            "nobody knows how long to wait",
            HTTP,
            3,
            "is unavailable (503)",
            () -> waiting(RED + "soon")),
        row(
            "no JSON on a socket",
            WS,
            1,
            "not JSON",
            () -> ByteServer.webSocket(ServerFrame.text("hello"))),
        row(
            "colours in a socket's error",
            WS,
            1,
            "go [31maway",
            () -> ByteServer.webSocket(ServerFrame.text("{\"error\":\"go\\n\\u001b[31maway\"}"))),
        row(
            "colours in a close",
            WS,
            3,
            "go [31maway",
            () -> ByteServer.webSocket(ServerFrame.close(1001, "go\n" + RED + "away"))),
        row(
            "a close that nobody knows",
            WS,
            1,
            "close 4999",
            () -> ByteServer.webSocket(ServerFrame.close(4999, ""))),
        row(
            "a close with no code",
            WS,
            1,
            "not all messages",
            () -> ByteServer.webSocket(ServerFrame.of(8, new byte[0]))),
        row(
            "a close with an invalid code",
            WS,
            6,
            "it violates the protocol: ",
            () -> ByteServer.webSocket(ServerFrame.close(1, ""))),
        row(
            "an invalid frame",
            WS,
            6,
            "it violates the protocol: ",
            () -> ByteServer.webSocket(ServerFrame.of(5, new byte[0]))),
        row(
            "a message without an end",
            WS,
            1,
            "more than 4 MiB",
            () -> ByteServer.webSocket(ServerFrame.firstOf(new byte[5 << 20]))),
        row(
            "a number larger than all",
            WS + SOON,
            3,
            "no answer came",
            () ->
                ByteServer.webSocket(
                    ServerFrame.text("{\"request\":{\"number\":1e999999999},\"message\":\"x\"}"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("servers")
  void isOneLineAndAnExitCode(
      String name, String line, int code, String says, Supplier<ByteServer> start) {
    try (var server = start.get()) {
      var run = CommandRun.ofLine(line + " --server localhost:" + server.port());
      assertEquals(code, run.code(), run.toString());
      var last = run.err().lines().toList().getLast();
      assertTrue(last.contains(says), run.toString());
      assertEquals(1, run.err().lines().count(), run.toString());
      assertHarmless(run);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"as text, ''", "as JSON, --json"})
  void printedTextCannotControlTheTerminal(String name, String option) {
    var said = "{\"message\":\"\\u001b[2J\\u0007\u009b31m\u202e\"}";
    try (var server = answering(OK + "Content-Type: text/plain\r\n\r\nok\r\n" + said)) {
      var run = CommandRun.ofLine(HTTP + " " + option + " --server localhost:" + server.port());
      assertEquals(0, run.code(), run.toString());
      assertHarmless(run);
    }
    try (var server = ByteServer.webSocket(ServerFrame.text(said))) {
      var run = CommandRun.ofLine(WS + " " + option + " --server localhost:" + server.port());
      assertEquals(0, run.code(), run.toString());
      assertTrue(run.out().contains("\\u001b[2J"), run.out());
      assertHarmless(run);
    }
  }

  @ParameterizedTest(name = "a {0} on {1}")
  @CsvSource({
    "301, http /ping",
    "302, http /ping",
    "307, http /ping",
    "308, http /ping -X PUT -d 1",
    "302, ws",
    "307, ws"
  })
  void theTokenFollowsNoRedirect(int status, String call) {
    try (var other = answering(OK + "\r\n");
        var server =
            answering(
                "HTTP/1.1 "
                    + status
                    + " Elsewhere\r\nLocation: http://localhost:"
                    + other.port()
                    + "/ping\r\nContent-Length: 0\r\n\r\n")) {
      var run =
          CommandRun.ofLine("call " + call + " --token secret --server localhost:" + server.port());
      assertEquals(6, run.code(), run.toString());
      assertEquals(1, server.requests());
      assertEquals(0, other.requests());
    }
  }

  private static void assertHarmless(CommandRun run) {
    var all = run.out() + run.err();
    assertFalse(all.codePoints().anyMatch(HostileServerTest::isHarmful), all);
  }

  private static boolean isHarmful(int character) {
    return (Character.isISOControl(character) && character != '\n' && character != '\r')
        || character == 0x202e;
  }

  private static Arguments row(
      String name, String line, int code, String says, Supplier<ByteServer> server) {
    return Arguments.of(name, line, code, says, server);
  }

  private static ByteServer refusing(String body) {
    return answering("HTTP/1.1 403 No\r\n" + PROBLEM + "\r\n" + body);
  }

  private static ByteServer waiting(String retryAfter) {
    return answering(
        "HTTP/1.1 503 No\r\nRetry-After: " + retryAfter + "\r\nContent-Length: 0\r\n\r\n");
  }
}
