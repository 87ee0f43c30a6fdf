package dev.oneport.transport.web;

import dev.oneport.transport.web.WebEnding.By;
import io.grpc.Metadata;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What is written of one response, by whoever writes it, one thing after the other, with one end.
 * Ending it waits for nothing: where somebody is writing, that one writes the end too.
 */
final class Reply {
  /** Hears how the response went. */
  interface Watcher {
    /**
     * Nobody will write any more; on whichever thread that came to be. Must not wait.
     *
     * @param told whether the end was written
     */
    void settled(WebEnding ending, boolean told);

    /** Something could not be written: the client has gone. */
    void lost();
  }

  private static final System.Logger LOG = System.getLogger(Reply.class.getName());

  private final WebAnswer answer;
  private final Watcher watcher;
  private final AtomicReference<@Nullable WebEnding> end = new AtomicReference<>();

  /** Serialises writing, so it is held while that waits for the client. */
  private final ReentrantLock writing = new ReentrantLock();

  // Belongs to the lock.
  private boolean settled;

  Reply(WebAnswer answer, Watcher watcher) {
    this.answer = answer;
    this.watcher = watcher;
  }

  /** Whether the call is over, told or not. */
  boolean over() {
    return end.get() != null;
  }

  void head(Metadata metadata) {
    writing.lock();
    try {
      answer.head(metadata);
    } finally {
      writing.unlock();
      settle();
    }
  }

  /** Sends a message, waiting while the client takes none. */
  void message(InputStream message) {
    var bytes = answer.message(message);
    var lost = false;
    writing.lock();
    try {
      if (!over()) {
        answer.send(bytes);
      }
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "a message could not be sent", e);
      lost = true;
    } finally {
      writing.unlock();
      settle();
    }
    if (lost) {
      watcher.lost();
    }
  }

  /** Decides how the call ends; false if that was decided before. */
  boolean claim(WebEnding ending) {
    return end.compareAndSet(null, ending);
  }

  /** Writes the end if it is due, unless somebody writes and sees to it. */
  void settle() {
    var due = end.get();
    if (due != null && writing.tryLock()) {
      try {
        if (!settled) {
          settled = true;
          watcher.settled(due, write(due));
        }
      } finally {
        writing.unlock();
      }
    }
  }

  /** Waits until nobody writes any more. */
  void await() {
    writing.lock();
    try {
      settle();
    } finally {
      writing.unlock();
    }
  }

  private boolean write(WebEnding due) {
    if (due.by() == By.CLIENT) {
      return false;
    }
    try {
      answer.finish(due.status(), due.trailers());
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.log(Level.DEBUG, "the end of a call could not be told", e);
      return false;
    }
  }
}
