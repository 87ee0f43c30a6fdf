package dev.oneport.transport.http2;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Counts the virtual threads of a name: those of the clients of tests are platform threads. */
public final class LiveThreads {
  private LiveThreads() {}

  public static long count(String name) {
    try {
      Path directory = Files.createTempDirectory("threads");
      var file = directory.resolve("dump.txt");
      var diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      diagnostics.dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
      try (var lines = Files.lines(file)) {
        return lines
            .filter(line -> line.startsWith("#") && line.contains(name))
            .filter(line -> line.contains("\" virtual "))
            .count();
      } finally {
        Files.delete(file);
        Files.delete(directory);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
