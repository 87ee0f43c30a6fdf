package dev.oneport.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is taken out of log lines, and what cannot be put into them. */
final class LogLineTest {
  private static final String ESCAPE = "\u001b[2J";

  @ParameterizedTest
  @CsvSource({
    "a eyJhbGciOiJub25lIn0.e30.sig b, a [token] b",
    "eyJhbGciOiJub25lIn0, [token]",
    "(eyJh.eyJz.), ([token])",
    "a eyAiYWxnIjogIlJTMjU2IiB9.eyAic3ViIjogIngiIH0.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU b, a"
        + " [token] b",
    "=ewogImFsZyI6ICJSUzI1NiJ9.ewogInN1YiI6ICJ4In0.c2lnbmF0dXJlLXNpZ25hdHVyZS1zaWduYXR1cmU=,"
        + " =[token]",
    "Bearer%20IHsgImFsZyI6ICJFUzI1NiIgfQ.eyAic3ViIjogIngiIH0.c2lnbmF0dXJlLXNpZ25hdHVyZS0x,"
        + " Bearer%[token]",
    "x.eyAiYWxnIjogIlJTMjU2IiB9.ewogInN1YiI6ICJ4In0.c2lnbmF0dXJlLXNpZ25hdHVyZS0x.more, x.[token]",
    "eyAiYWxnIjogIlJTMjU2IiB9, [token]",
    "ew0KICJhbGciOiAiUlMyNTYiIH0, [token]",
    "x oneport_Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmE y, x [token] y",
    "oneport_zm9vymfyymf6-, [token]",
    "oneport_http2_open_connections, oneport_http2_open_connections",
    "at io.helidon.webserver.http2.Http2ServerConnection.handle, at"
        + " io.helidon.webserver.http2.Http2ServerConnection.handle",
    "run-a-service-name-that-is-long.europe-west-one.run.app/and/a/path/that/is/longer,"
        + " run-a-service-name-that-is-long.europe-west-one.run.app/and/a/path/that/is/longer",
    "eyJ, eyJ",
    "obey James, obey James"
  })
  void tokensAreTakenOut(String text, String without) {
    assertEquals(without, LogLine.withoutTokens(text));
  }

  @Test
  void aTokenOfAnyShapeCostsNoStack() {
    assertEquals("[token]", LogLine.withoutTokens("eyJa" + ".".repeat(1_000_000)));
    assertEquals("[token]", LogLine.withoutTokens("eyJa" + ".a".repeat(1_000_000)));
    var three = ("a".repeat(300_000) + ".").repeat(3);
    assertEquals("[token]", LogLine.withoutTokens(three));
    assertEquals(1_000_000, LogLine.withoutTokens("a".repeat(1_000_000)).length());
  }

  @Test
  void aPersonsTerminalIsNotDrivenByWhatIsLogged() {
    var record = new LogRecord(Level.INFO, "one\n12:00 INFO two " + ESCAPE);
    record.setThrown(new IllegalStateException("three " + ESCAPE));
    var text = new TextLine().format(record);
    assertTrue(text.contains("one\\n12:00 INFO two \\u001b[2J"), text);
    assertTrue(text.contains("three \\u001b[2J"), text);
    assertEquals(-1, text.indexOf('\u001b'));
  }

  /** Each in a caller's name, which an issuer chooses: none may be seen as something else. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x61c, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202e,
        0x2066, 0x2069, 0xfeff, 0xe0001, 0xe0041
      })
  void whatCannotBeSeenIsEscapedInTextAndJson(int character) {
    var hidden = Character.toString(character);
    var escaped = new StringBuilder();
    Visible.appendEscape(escaped, character);
    assertEquals("a" + escaped + "b", TextLine.oneLine("a" + hidden + "b"));
    var json = new JsonWriter().begin().add("caller", "a" + hidden + "b").end().toString();
    assertEquals("{\"caller\":\"a" + escaped + "b\"}", json);
    var read = JsonProvider.provider().createReader(new StringReader(json)).readObject();
    assertEquals("a" + hidden + "b", read.getString("caller"), "it is still the same name");
  }

  @Test
  void lettersAndSignsOfAllLanguagesStay() {
    var text = "Zoë 李小龙 مرحبا 🦆 \\ \"";
    assertEquals(text, TextLine.oneLine(text));
    assertEquals(
        "{\"x\":\"Zoë 李小龙 مرحبا 🦆 \\\\ \\\"\"}",
        new JsonWriter().begin().add("x", text).end().toString());
  }

  @Test
  void aLongNameIsCutAndSaysSo() {
    assertEquals("a".repeat(256), Visible.name("a".repeat(256)));
    assertEquals("a".repeat(256) + "... (30000 characters)", Visible.name("a".repeat(30_000)));
    assertEquals("a".repeat(255) + "... (257 characters)", Visible.name("a".repeat(255) + "🦆"));
  }

  @Test
  void anOutputThatNobodyReadsHoldsUpOnlyWhoWritesToIt() throws Exception {
    try (var stuck = new Stuck()) {
      var output = new LogOutput(stuck, true);
      var first = Thread.startVirtualThread(() -> write(output));
      stuck.awaitWriter();
      assertEquals("nobody reads the output", write(output));
      stuck.letGo();
      first.join();
      assertEquals("", write(output));
    }
  }

  /** For two hours all lines would have the same time. */
  @Test
  void aClockThatWasSetBackIsBelieved() throws Exception {
    var times = List.of("2026-01-01T02:00:02Z", "2026-01-01T00:00:03Z").iterator();
    var written = new ByteArrayOutputStream();
    var output = new LogOutput(written, false, () -> Instant.parse(times.next()));
    output.writeEntry("INFO    one\n");
    output.writeEntry("INFO    two\n");
    assertTrue(written.toString(UTF_8).contains(":03.000 INFO    two"), written::toString);
  }

  @Test
  void linesForAPersonNeverRunBackwardsInTime() throws Exception {
    var times =
        List.of("2026-01-01T00:00:02Z", "2026-01-01T00:00:01Z", "2026-01-01T00:00:03Z").iterator();
    var written = new ByteArrayOutputStream();
    var output = new LogOutput(written, false, () -> Instant.parse(times.next()));
    output.writeEntry("INFO    one\n  at a place\n");
    output.writeLines("CALL    two\nCALL    three\n");
    output.writeEntry("INFO    four\n");
    assertEquals(
        List.of(
            ":02.000 INFO    one",
            "  at a place",
            ":02.000 CALL    two",
            ":02.000 CALL    three",
            ":03.000 INFO    four"),
        written
            .toString(UTF_8)
            .lines()
            .map(line -> line.replaceFirst("^\\d\\d:\\d\\d", ""))
            .toList());
  }

  @Test
  void whatTheEnvironmentMayNotSayIsSaid() {
    assertEquals(
        List.of(
            "LOG_LEVEL: must be TRACE, DEBUG, INFO, WARN or ERROR, not 'lots'",
            "LOG_FORMAT: must be json or text, not 'xml'"),
        Logs.problems(Map.of("LOG_LEVEL", "lots", "LOG_FORMAT", "xml")));
    assertEquals(List.of(), Logs.problems(Map.of("LOG_LEVEL", "warning", "LOG_FORMAT", "Text")));
    assertEquals(List.of(), Logs.problems(Map.of("LOG_LEVEL", "", "LOG_FORMAT", " ")));
  }

  private static String write(LogOutput output) {
    try {
      output.writeEntry("x");
      return "";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** Takes the first bytes only once somebody reads. */
  private static final class Stuck extends OutputStream {
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch read = new CountDownLatch(1);

    void awaitWriter() throws InterruptedException {
      begun.await();
    }

    @Override
    public void write(int value) {
      begun.countDown();
      try {
        read.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void letGo() {
      read.countDown();
    }
  }

  /** Helidon's error about a connection that comes while its listener closes. */
  @ParameterizedTest
  @CsvSource({
    "io.helidon.webserver.ServerListener, Executor rejected handler for new connection, true",
    "io.helidon.webserver.ServerListener, Got a throwable while listening, false",
    "dev.oneport, Executor rejected handler for new connection, false",
    ", Executor rejected handler for new connection, false"
  })
  void aRaceOfTheStopIsNotLogged(@Nullable String logger, String message, boolean race) {
    var record = new LogRecord(Level.SEVERE, message);
    record.setLoggerName(logger);
    assertEquals(race, Logs.isStopRace(record));
  }
}
