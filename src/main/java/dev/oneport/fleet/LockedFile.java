package dev.oneport.fleet;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The exclusive right to write a file, among all processes that ask for it. The lock is on a file
 * beside it, {@code FILE.lock}, because the file itself may be replaced.
 */
final class LockedFile implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final FileChannel channel;
  private final FileLock lock;

  private LockedFile(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Waits for the right to write a file.
   *
   * @throws IOException if another process keeps it for seconds, or if there cannot be such a lock
   */
  static LockedFile of(Path file) throws IOException {
    var beside = file.resolveSibling(file.getFileName() + ".lock");
    var channel = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      var lock = tryLock(channel);
      while (lock.isEmpty()) {
        if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
          throw new IOException(file + " is being written by another process");
        }
        LockSupport.parkNanos(PAUSE.toNanos());
        lock = tryLock(channel);
      }
      return new LockedFile(channel, lock.get());
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Locks of one process count for each other like those of several. */
  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      lock.release();
    }
  }
}
