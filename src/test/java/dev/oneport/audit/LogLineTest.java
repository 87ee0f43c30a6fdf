package dev.oneport.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is taken out of log lines, and what cannot be put into them. */
final class LogLineTest {
  private static final String ESCAPE = "\u001b[2J";

  @ParameterizedTest
  @CsvSource({
    "a eyJhbGciOiJub25lIn0.e30.sig b, a [token] b",
    "eyJhbGciOiJub25lIn0, [token]",
    "(eyJh.eyJz.), ([token])",
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
}
