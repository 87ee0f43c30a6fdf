package dev.oneport.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The output of a process on one stream, and a way to wait for text in it. */
final class Output {
  private static final int SECONDS = 60;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final StringBuilder text = new StringBuilder();
  private final Thread reader;
  private boolean ended;

  Output(InputStream stream) {
    this.reader = Thread.ofVirtual().start(() -> read(stream));
  }

  /** Waits until the pattern is found; fails if the stream ends without it. */
  Matcher await(Pattern pattern) throws InterruptedException {
    lock.lock();
    try {
      var left = TimeUnit.SECONDS.toNanos(SECONDS);
      while (true) {
        var matcher = pattern.matcher(text.toString());
        if (matcher.find()) {
          return matcher;
        }
        if (ended || left <= 0) {
          throw new IllegalStateException("no " + pattern + " in: " + text);
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end of the stream. */
  void join() throws InterruptedException {
    reader.join();
  }

  @Override
  public String toString() {
    lock.lock();
    try {
      return text.toString();
    } finally {
      lock.unlock();
    }
  }

  private void read(InputStream stream) {
    try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        add(line + "\n", false);
      }
    } catch (IOException e) {
      add(e.toString(), false);
    } finally {
      add("", true);
    }
  }

  private void add(String more, boolean last) {
    lock.lock();
    try {
      text.append(more);
      ended = ended || last;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
