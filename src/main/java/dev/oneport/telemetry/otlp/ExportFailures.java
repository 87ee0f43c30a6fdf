package dev.oneport.telemetry.otlp;

import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts what a collector did not accept, and says so once a minute at most. */
final class ExportFailures {
  private static final System.Logger LOG = System.getLogger("dev.oneport.telemetry");
  private static final long QUIET = Duration.ofMinutes(1).toNanos();
  private static final int LONGEST = 300;

  /**
   * The SDK logs each failure as well. Held in a field, because garbage collection of a logger
   * would reset its level.
   */
  private final List<Logger> others =
      Stream.of(
              "io.opentelemetry.exporter",
              "io.opentelemetry.sdk.trace.export",
              "io.opentelemetry.sdk.metrics.export")
          .map(Logger::getLogger)
          .toList();

  private final LongAdder count = new LongAdder();
  private final AtomicLong last = new AtomicLong(System.nanoTime() - QUIET);

  ExportFailures() {
    others.forEach(logger -> logger.setLevel(Level.OFF));
  }

  long count() {
    return count.sum();
  }

  /**
   * Counts an export that failed.
   *
   * @param what was to be sent
   * @param url of the collector
   * @param why it failed
   */
  void add(String what, URI url, String why) {
    count.increment();
    long now = System.nanoTime();
    long before = last.get();
    if (now - before >= QUIET && last.compareAndSet(before, now)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} could not be sent to {1}: {2}; failed exports so far: {3}",
          what,
          url,
          why,
          count());
    }
  }

  /** Why the SDK's exporter failed. */
  static String why(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "no reason is known";
    }
    if (thrown instanceof HttpExportException answered && answered.getResponse() != null) {
      return why(answered.getResponse().getStatusCode());
    }
    var cause = thrown.getCause() == null ? thrown : thrown.getCause();
    var text = cause.getClass().getSimpleName() + ": " + cause.getMessage();
    return text.length() > LONGEST ? text.substring(0, LONGEST) : text;
  }

  static String why(int status) {
    return "it answered with the status " + status;
  }
}
