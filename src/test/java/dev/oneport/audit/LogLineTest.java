package dev.oneport.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
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

  private static String write(LogOutput output) {
    try {
      output.write("x");
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
