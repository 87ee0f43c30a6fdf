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
 * Ends the process at once, with one line, where it could only go on half alive: memory ran out, or
 * a thread died that everything depends on. What started the process can then start it again.
 *
 * <p>The launcher and the image have Java do the same for memory, by {@code
 * -XX:+ExitOnOutOfMemoryError}; {@code java -jar} alone sees it here.
 */
final class LastResort {
  private static final System.Logger LOG = System.getLogger("dev.oneport");

  /** What the system needs to end a process with thousands of connections; the last words, too. */
  private static final Duration RESERVE = Duration.ofMillis(500);

  private static final Duration SHORTEST = Duration.ofMillis(100);

  private static final byte[] OUT_OF_MEMORY = line("out of memory");

  private LastResort() {}

  /** Looks at everything that is thrown and not caught, and at all that is logged. */
  static void install() {
    Thread.setDefaultUncaughtExceptionHandler(LastResort::uncaught);
    Logger.getLogger("").addHandler(new OutOfMemory());
  }

  /**
   * Ends the process before that time is over, whatever else is going on in it.
   *
   * @param last what is worth doing before; it is not waited for if it takes long
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
                // Nobody does that; then it ends now.
                Thread.currentThread().interrupt();
              } finally {
                Runtime.getRuntime().halt(code);
              }
            });
  }

  /** Does something, and waits for it no longer than that. */
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

  /** Ours, Helidon's, which accepts connections, and Java's, which wake virtual threads up. */
  private static boolean vital(Thread thread) {
    var group = thread.getThreadGroup();
    return thread.getName().startsWith(Background.PREFIX)
        || thread.getName().startsWith("server-")
        || (group != null && group.getName().equals("InnocuousThreadGroup"));
  }

  private static boolean outOfMemory(Throwable error) {
    var at = error;
    // A chain of causes may be a circle.
    for (int i = 0; i < 20 && at != null; i++) {
      if (at instanceof OutOfMemoryError) {
        return true;
      }
      at = at.getCause();
    }
    return false;
  }

  private static byte[] line(String why) {
    return ("oneport: cannot serve any longer: " + why + "; the process ends\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** With nothing that needs memory or a lock. */
  private static void end(byte[] line) {
    try (var err = new FileOutputStream(FileDescriptor.err)) {
      err.write(line);
    } catch (IOException e) {
      // Then it ends without a word.
    } finally {
      Runtime.getRuntime().halt(ExitCode.CANNOT_SERVE);
    }
  }

  /** Whoever catches an error of that kind, logs it. */
  private static final class OutOfMemory extends Handler {
    @Override
    public void publish(LogRecord said) {
      var thrown = said.getThrown();
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
