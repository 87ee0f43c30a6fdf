package dev.oneport.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Notices when files say something else. It looks at what they say and not at events: a file that
 * is replaced by rename, or a Kubernetes ConfigMap whose folder is swapped behind a symbolic link,
 * raises no event at the file's own name.
 */
final class FileWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FileWatch.class.getName());
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Supplier<Set<Path>> files;
  private final Map<Path, String> said;
  private final Runnable changed;
  private final Thread thread =
      Thread.ofVirtual().name("configuration watch").unstarted(this::watch);
  private volatile boolean closed;

  /**
   * Begins to watch.
   *
   * @param said what the files said when they were read: what they say since is a change
   * @param files which files, asked each time
   */
  FileWatch(Map<Path, String> said, Supplier<Set<Path>> files, Runnable changed) {
    this.said = said;
    this.files = files;
    this.changed = changed;
    thread.start();
  }

  private void watch() {
    var before = said;
    while (!closed) {
      LockSupport.parkNanos(this, PAUSE.toNanos());
      var now = read();
      if (!closed && !now.equals(before)) {
        LOG.log(System.Logger.Level.INFO, "the configuration changed");
        changed.run();
        // What was included may be other files now; what the same say since is another change.
        var after = read();
        after.replaceAll((file, text) -> now.getOrDefault(file, text));
        before = after;
      }
    }
  }

  /** What the files say; a file that cannot be read now says nothing. */
  private Map<Path, String> read() {
    var said = new HashMap<Path, String>();
    for (var file : files.get()) {
      try {
        said.put(file, Files.readString(file));
      } catch (IOException e) {
        said.put(file, "");
      }
    }
    return said;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
