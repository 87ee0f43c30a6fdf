package dev.oneport.server;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.oneport.config.ConfigurationProblem;
import dev.oneport.config.InvalidConfiguration;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * How many connections the listener takes at once: as many as are set, unless memory or files would
 * be short first. A listener for which the system refuses one more file ends for good (Helidon
 * 4.5.0).
 */
final class Capacity {
  /** What an idle connection costs is two thirds of this, half of that Helidon's buffer. */
  private static final long CONNECTION_MEMORY = 24 << 10;

  /** File descriptors that are kept for everything that is no connection. */
  private static final long RESERVED_FILES = 256;

  /** With fewer a server serves nobody well. */
  private static final long FEWEST = 16;

  private static final System.Logger LOG = System.getLogger("dev.oneport");

  private Capacity() {}

  /**
   * The number of connections; says so where it is not the number that is set.
   *
   * @throws InvalidConfiguration where the limit of open files leaves too few to serve
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
          "takes {0} connections at once and not {1}: the limit of open files (ulimit -n) is {2}",
          text(byFiles),
          text(wanted),
          text(files));
    } else if (byMemory < wanted) {
      LOG.log(
          System.Logger.Level.INFO,
          "takes {0} connections at once and not {1}: the heap is {2} MiB",
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
                    + " itself, and each connection one")));
  }

  /** Without the separators of a locale. */
  private static String text(long number) {
    return String.valueOf(number);
  }
}
