package dev.oneport.server;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * The number of connections that the listener accepts at once: the configured number, unless memory
 * or file descriptors would run out first. A listener ends for good when the system refuses it a
 * file descriptor (Helidon 4.5.0).
 */
final class Capacity {
  /** An idle connection uses half of this; half of that is Helidon's buffer. */
  private static final long CONNECTION_MEMORY = 32 << 10;

  /** File descriptors reserved for everything but connections. */
  private static final long RESERVED_FILES = 256;

  /** The smallest useful number of connections. */
  private static final long FEWEST = 16;

  private static final System.Logger LOG = System.getLogger("dev.oneport");

  private Capacity() {}

  /**
   * The number of connections; logs it if it is not the configured number.
   *
   * @throws InvalidConfiguration if the limit of open files leaves too few connections
   */
  static int connections(int wanted) {
    return connections(wanted, Runtime.getRuntime().maxMemory(), files());
  }

  static int connections(int wanted, long memory, long files) {
    var byFiles = files - RESERVED_FILES;
    if (byFiles < Math.min(wanted, FEWEST)) {
      throw tooFew(files);
    }
    var byMemory = Math.max(1, memory / CONNECTION_MEMORY);
    if (byFiles < Math.min(wanted, byMemory)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "accepts {0} connections at once instead of {1}: the limit of open files (ulimit -n) is"
              + " {2}",
          text(byFiles),
          text(wanted),
          text(files));
    } else if (byMemory < wanted) {
      LOG.log(
          System.Logger.Level.INFO,
          "accepts {0} connections at once instead of {1}: the heap is {2} MiB",
          text(byMemory),
          text(wanted),
          text(memory >> 20));
    }
    return (int) Math.min(wanted, Math.min(byMemory, byFiles));
  }

  private static long files() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
            && unix.getMaxFileDescriptorCount() > 0
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  private static InvalidConfiguration tooFew(long files) {
    return new InvalidConfiguration(
        List.of(
            new ConfigurationProblem(
                "",
                "the limit of open files (ulimit -n)",
                "must be "
                    + (RESERVED_FILES + FEWEST)
                    + " or more, not "
                    + files
                    + ": the server needs "
                    + RESERVED_FILES
                    + " itself, and one for each connection")));
  }

  /** Formats a number without a locale's separators. */
  private static String text(long number) {
    return String.valueOf(number);
  }
}
