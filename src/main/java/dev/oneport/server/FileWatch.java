package dev.oneport.server;

import dev.oneport.config.Configuration;
import dev.oneport.threads.Background;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Watches files for changes of their content. It compares content instead of using events: a file
 * replaced by rename, or a Kubernetes ConfigMap whose folder is swapped behind a symbolic link,
 * raises no event for the file's name.
 */
final class FileWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FileWatch.class.getName());
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Supplier<Map<Path, String>> read;
  private final Runnable changed;
  private final Thread thread;
  private Map<Path, String> last;
  private Map<Path, String> lastSeen;
  private volatile boolean closed;

  /**
   * Starts watching.
   *
   * @param read supplies the files with their content when last read; any other content is a change
   */
  FileWatch(Supplier<Map<Path, String>> read, Runnable changed) {
    this.read = read;
    this.changed = changed;
    this.last = read.get();
    this.lastSeen = last;
    this.thread = Background.repeat("configuration-watch", this::look);
  }

  private boolean look() {
    LockSupport.parkNanos(this, PAUSE.toNanos());
    if (!read.get().equals(last)) {
      last = read.get();
      lastSeen = last;
    }
    var now = Configuration.texts(lastSeen.keySet());
    if (!closed && !now.equals(lastSeen)) {
      LOG.log(System.Logger.Level.INFO, "the configuration changed");
      // The content counts as seen even if the reload fails before it reports the files it read.
      lastSeen = now;
      changed.run();
    }
    return !closed;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
