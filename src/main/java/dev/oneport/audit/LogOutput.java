package dev.oneport.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Where log lines and audit lines go, each line whole. */
public final class LogOutput {
  private static final long PATIENCE_SECONDS = 1;

  private final OutputStream stream;
  private final boolean json;
  private final ReentrantLock lock = new ReentrantLock();

  /**
   * An output.
   *
   * @param json whether lines are JSON, or text for a person
   */
  public LogOutput(OutputStream stream, boolean json) {
    this.stream = stream;
    this.json = json;
  }

  boolean json() {
    return json;
  }

  /**
   * Writes some lines.
   *
   * @throws IOException if they could not be written; {@code System.out} would not say. While
   *     somebody else's lines are stuck, because nobody reads, others wait a short time only.
   */
  void write(CharSequence lines) throws IOException {
    var bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    if (!acquired()) {
      throw new IOException("nobody reads the output");
    }
    try {
      stream.write(bytes);
      stream.flush();
    } finally {
      lock.unlock();
    }
  }

  /** An interrupt is for whoever logs, and does not cost the line. */
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
