package dev.oneport.config;

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
public final class FileWatch implements AutoCloseable {
  private final Supplier<Map<Path, String>> read;
  private final Runnable changed;
  private final Duration pause;
  private final Thread thread;
  private Map<Path, String> last;
  private Map<Path, String> lastSeen;
  private volatile boolean closed;

  /**
   * Starts watching.
   *
   * @param name of what the files hold, for the name of the thread
   * @param pause between two looks at the files
   * @param read supplies the files with their content when last read; any other content is a change
   */
  public FileWatch(
      String name, Duration pause, Supplier<Map<Path, String>> read, Runnable changed) {
    this.pause = pause;
    this.read = read;
    this.changed = changed;
    this.last = read.get();
    this.lastSeen = last;
    this.thread = Background.repeat(name + "-watch", this::look);
  }

  private boolean look() {
    LockSupport.parkNanos(this, pause.toNanos());
    if (!read.get().equals(last)) {
      last = read.get();
      lastSeen = last;
    }
    var now = Configuration.texts(lastSeen.keySet());
    if (!closed && !now.equals(lastSeen)) {
      // The content counts as seen even if reading fails before it reports the files it read.
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
