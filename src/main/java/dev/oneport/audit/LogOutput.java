package dev.oneport.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The output of log lines and audit lines, which never mix within a line. Text lines begin with the
 * time at which they are written: another thread writes the audit lines, so the calls' own times
 * would run backwards beside the log's.
 */
public final class LogOutput {
  private static final long PATIENCE_SECONDS = 1;
  private static final Duration SMALL_STEP = Duration.ofSeconds(2);
  private static final Pattern START = Pattern.compile("^(?=.)", Pattern.MULTILINE);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS ").withZone(ZoneId.systemDefault());

  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  private final OutputStream stream;
  private final boolean json;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();

  private volatile Supplier<String> project = () -> "";

  /** The time of the previous line; guarded by the lock. */
  private Instant last = Instant.EPOCH;

  /**
   * Creates an output.
   *
   * @param json whether lines are JSON, or text for a person
   */
  public LogOutput(OutputStream stream, boolean json) {
    this(stream, json, Clock.systemUTC());
  }

  LogOutput(OutputStream stream, boolean json, InstantSource clock) {
    this.stream = stream;
    this.json = json;
    this.clock = clock;
  }

  boolean json() {
    return json;
  }

  /**
   * Sets the Google Cloud project that traces are named after.
   *
   * @param supplier empty until the project is known
   */
  void project(Supplier<String> supplier) {
    project = supplier;
  }

  String project() {
    return project.get();
  }

  /** Writes one entry, which may have several lines, as {@link #writeLines} does. */
  void writeEntry(String entry) throws IOException {
    write(time -> (time + entry).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes some lines in JSON.
   *
   * @param length how many of the bytes are lines
   * @throws IOException as {@link #writeLines} does
   */
  void writeJson(byte[] lines, int length) throws IOException {
    write(() -> stream.write(lines, 0, length));
  }

  /**
   * Writes some lines of text, each of which is an entry.
   *
   * @throws IOException if they could not be written, which {@code System.out} would not report.
   *     While another thread's lines are stuck because the reader stopped, others wait a short time
   *     only.
   */
  void writeLines(CharSequence lines) throws IOException {
    write(time -> START.matcher(lines).replaceAll(time).getBytes(StandardCharsets.UTF_8));
  }

  private void write(Function<String, byte[]> text) throws IOException {
    write(() -> stream.write(text.apply(json ? "" : time())));
  }

  private void write(Writing writing) throws IOException {
    if (!acquired()) {
      throw new IOException("nobody reads the output");
    }
    try {
      writing.run();
      stream.flush();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Never slightly earlier than the previous line; a clock that was set back further is trusted.
   */
  private String time() {
    var now = clock.instant();
    last = now.isAfter(last) || now.isBefore(last.minus(SMALL_STEP)) ? now : last;
    return TIME.format(last);
  }

  /** An interrupt is meant for the thread's work and must not cost the line. */
  private boolean acquired() {
    if (lock.tryLock()) {
      return true;
    }
    var interrupted = Thread.interrupted();
    try {
      return lock.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
      return lock.tryLock();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
