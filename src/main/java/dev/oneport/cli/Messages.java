package dev.oneport.cli;

import dev.oneport.client.InvalidInput;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the messages to send. */
final class Messages {
  @Option(
      names = {"-m", "--message"},
      paramLabel = "TEXT",
      defaultValue = "hello",
      description = "The message to send. Default: ${DEFAULT-VALUE}.")
  String message = "hello";

  @Option(
      names = {"-n", "--count"},
      paramLabel = "N",
      description = "How many messages; 0 for no limit. Default: 1.")
  @Nullable Integer count;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "The time between two messages. Default: ${DEFAULT-VALUE}.")
  Duration interval = Duration.ofSeconds(1);

  @Option(names = "--stdin", description = "Send the lines of standard input instead.")
  boolean stdin;

  /** The value of {@code --count}; null if it was not given. */
  @Nullable Integer wanted() {
    if (count != null && count < 0) {
      throw new InvalidInput("--count must be 0 or more");
    }
    return count;
  }

  int count(int otherwise) {
    var wanted = wanted();
    return wanted == null ? otherwise : wanted;
  }

  /** The messages one by one, at the given interval. */
  Iterator<String> iterator() {
    return stdin ? lines() : new Paced(message, count(1), interval);
  }

  /** All messages, for a call that may be repeated from the start. */
  Iterable<String> all() {
    if (stdin) {
      var read = new ArrayList<String>();
      lines().forEachRemaining(read::add);
      return read;
    }
    if (count(1) == 0) {
      throw new InvalidInput("--collect needs --count above 0");
    }
    return () -> new Paced(message, count(1), interval);
  }

  private static Iterator<String> lines() {
    return new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        .lines()
        .iterator();
  }

  /** The same message, repeatedly. */
  private static final class Paced implements Iterator<String> {
    private final String message;
    private final int count;
    private final Duration interval;
    private long given;
    private boolean interrupted;

    Paced(String message, int count, Duration interval) {
      this.message = message;
      this.count = count;
      this.interval = interval;
    }

    @Override
    public boolean hasNext() {
      return !interrupted && (count == 0 || given < count);
    }

    @Override
    public String next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (given++ > 0) {
        pause();
      }
      return message;
    }

    private void pause() {
      try {
        Thread.sleep(interval);
      } catch (InterruptedException e) {
        interrupted = true;
        Thread.currentThread().interrupt();
      }
    }
  }
}
