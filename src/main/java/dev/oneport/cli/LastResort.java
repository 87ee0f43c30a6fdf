package dev.oneport.cli;

import dev.oneport.threads.Background;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Ends the process at once, with one line on standard error, if it could not go on properly: memory
 * ran out, or a vital thread died. The platform can then restart it.
 *
 * <p>The launcher and the image make Java do the same for memory, with {@code
 * -XX:+ExitOnOutOfMemoryError}; this class does it for a plain {@code java -jar}.
 */
final class LastResort {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  /**
   * The time that the system needs to end a process with thousands of connections, and also the
   * time for the last action.
   */
  private static final Duration RESERVE = Duration.ofMillis(500);

  private static final Duration SHORTEST = Duration.ofMillis(100);

  private static final byte[] OUT_OF_MEMORY = line("out of memory");

  private LastResort() {}

  /** Watches uncaught exceptions and exceptions that are logged. */
  static void install() {
    Thread.setDefaultUncaughtExceptionHandler(LastResort::uncaught);
    Logger.getLogger("").addHandler(new OutOfMemory());
  }

  /**
   * Ends the process within the given time, whatever else it is doing.
   *
   * @param last the last action before the end; cut short if it takes long
   */
  static void endIn(Duration time, int code, Runnable last) {
    var tenth = time.dividedBy(10);
    var reserve = tenth.compareTo(RESERVE) < 0 ? tenth : RESERVE;
    var _ =
        Background.start(
            "end",
            () -> {
              try {
                Thread.sleep(time.minus(reserve.multipliedBy(2)));
                attempt(last, reserve.compareTo(SHORTEST) < 0 ? SHORTEST : reserve);
              } catch (InterruptedException e) {
                // Nothing interrupts this thread; if something does, end now.
                Thread.currentThread().interrupt();
              } finally {
                Runtime.getRuntime().halt(code);
              }
            });
  }

  /** Runs an action, and waits for it at most this long. */
  static void attempt(Runnable last, Duration longest) throws InterruptedException {
    var _ = Background.start("last-words", () -> Background.attempt(last)).join(longest);
  }

  private static void uncaught(Thread thread, Throwable error) {
    if (outOfMemory(error)) {
      end(OUT_OF_MEMORY);
    } else if (vital(thread)) {
      end(line("the thread " + thread.getName() + " died of " + error));
    } else {
      LOG.log(System.Logger.Level.ERROR, "the thread " + thread.getName() + " failed", error);
    }
  }

  /**
   * The server's background threads, Helidon's acceptors, and Java's threads that wake up virtual
   * threads.
   */
  private static boolean vital(Thread thread) {
    var group = thread.getThreadGroup();
    return thread.getName().startsWith(Background.PREFIX)
        || thread.getName().startsWith("server-")
        || (group != null && group.getName().equals("InnocuousThreadGroup"));
  }

  private static boolean outOfMemory(Throwable error) {
    var at = error;
    // Causes may form a cycle.
    for (int i = 0; i < 20 && at != null; i++) {
      if (at instanceof OutOfMemoryError) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }

  private static byte[] line(String why) {
    return ("oneport: cannot go on: " + why + "; the process ends\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Ends the process without needing memory or a lock. */
  private static void end(byte[] line) {
    try (var err = new FileOutputStream(FileDescriptor.err)) {
      err.write(line);
    } catch (IOException e) {
      // Then it ends without a message.
    } finally {
      Runtime.getRuntime().halt(ExitCode.CANNOT_SERVE);
    }
  }

  /** Finds the errors that other code catches and logs. */
  private static final class OutOfMemory extends Handler {
    @Override
    public void publish(LogRecord record) {
      var thrown = record.getThrown();
      if (thrown != null && outOfMemory(thrown)) {
        end(OUT_OF_MEMORY);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
