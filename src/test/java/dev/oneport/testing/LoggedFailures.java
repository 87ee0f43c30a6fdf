package dev.oneport.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Records warnings and errors of all loggers whose names have a prefix. */
public final class LoggedFailures extends Handler implements AutoCloseable {
  private final List<Logger> loggers;
  private final List<String> failures = new CopyOnWriteArrayList<>();

  public LoggedFailures(String... names) {
    loggers = List.of(names).stream().map(Logger::getLogger).toList();
    loggers.forEach(logger -> logger.addHandler(this));
  }

  /** The records so far. */
  public List<String> all() {
    return List.copyOf(failures);
  }

  @Override
  public void publish(LogRecord entry) {
    if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
      failures.add(entry.getLoggerName() + ": " + entry.getMessage() + ": " + entry.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    loggers.forEach(logger -> logger.removeHandler(this));
  }
}
