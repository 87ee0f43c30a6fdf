package dev.oneport.transport.websocket;

import dev.oneport.transport.MemoryShare;
import dev.oneport.transport.websocket.WebSocketFailure.Kind;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a connection for its reader. While a listener keeps the reader busy, another thread reads
 * ahead to answer pings (RFC 6455 section 5.5.2: as soon as is practical). The bytes read ahead are
 * bounded, count as request memory, and reach the reader unchanged and in order; the reader can see
 * which pings have been answered.
 */
final class ReadAhead {
  private static final int MOST = 64 * 1024;

  private final ConnectionContext context;
  private final MemoryShare memory;
  private final Consumer<byte[]> pong;

  // Guarded by this object's monitor.
  private final ArrayDeque<byte[]> buffers = new ArrayDeque<>(1);
  private @Nullable PingScan scan;
  private List<byte[]> due = List.of();
  private int held;
  private int answered;
  private boolean wanted;
  private boolean ended;
  private @Nullable WebSocketFailure failure;

  /**
   * @param pong sends a pong
   */
  ReadAhead(ConnectionContext context, MemoryShare memory, Consumer<byte[]> pong) {
    this.context = context;
    this.memory = memory;
    this.pong = pong;
  }

  /** The next bytes, read by this thread or ahead of it; null at the connection's end. */
  byte @Nullable [] next() {
    synchronized (this) {
      awaitBuffer();
      var next = buffers.poll();
      if (next != null) {
        held -= next.length;
        memory.shrinkTo(held);
        return next;
      }
      if (failure != null) {
        throw failure;
      }
      if (ended) {
        return null;
      }
    }
    return pull();
  }

  private void awaitBuffer() {
    wanted = true;
    try {
      while (buffers.isEmpty() && scan != null) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WebSocketFailure(Kind.TERMINATED, "interrupted while reading", e);
    } finally {
      wanted = false;
    }
  }

  private byte @Nullable [] pull() {
    try {
      return context.serverSocket().get();
    } catch (UncheckedIOException | CloseConnectionException e) {
      throw new WebSocketFailure(Kind.LOST, "the connection broke", e);
    }
  }

  /** Whether the ping that the reader has reached was already answered. */
  synchronized boolean answered() {
    if (answered > 0) {
      answered--;
      return true;
    }
    try {
      while (!due.isEmpty()) {
        // Pongs must be sent in the order of their pings.
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WebSocketFailure(Kind.TERMINATED, "interrupted while answering a ping", e);
    }
    return false;
  }

  /**
   * Starts reading ahead; the reader must not read until this returns. False if there is nothing to
   * read.
   *
   * @param bytes the reader's current buffer, whose bytes from {@code from} to {@code to} are not
   *     consumed
   * @param unread how many bytes of a frame's payload precede the next header
   */
  synchronized boolean begin(byte[] bytes, int from, int to, long unread) {
    if (scan != null || ended) {
      return false;
    }
    var begun = new PingScan(unread);
    begun.scan(bytes, from, to);
    for (var buffer : buffers) {
      begun.scan(buffer, 0, buffer.length);
    }
    scan = begun;
    var found = begun.takeFound();
    toAnswer(found.subList(Math.min(answered, found.size()), found.size()));
    return true;
  }

  private void toAnswer(List<byte[]> pings) {
    due = pings;
    answered += pings.size();
  }

  /** Answers pings until the reader waits for bytes again, or the bound is reached. */
  void run() {
    try {
      do {
        answer();
      } while (goesOn() && read());
    } finally {
      synchronized (this) {
        scan = null;
        due = List.of();
        notifyAll();
      }
    }
  }

  private void answer() {
    List<byte[]> pings;
    synchronized (this) {
      pings = due;
    }
    pings.forEach(pong);
    synchronized (this) {
      due = List.of();
      notifyAll();
    }
  }

  private synchronized boolean goesOn() {
    return !wanted && scan != null && !scan.over() && held < MOST && memory.tryGrowTo(held);
  }

  private boolean read() {
    byte[] more = null;
    WebSocketFailure broken = null;
    try {
      more = pull();
    } catch (WebSocketFailure e) {
      broken = e;
    }
    synchronized (this) {
      failure = broken;
      ended = more == null;
      if (more != null) {
        append(more);
      }
      return !ended;
    }
  }

  private void append(byte[] more) {
    buffers.add(more);
    held += more.length;
    if (scan != null && !wanted) {
      scan.scan(more, 0, more.length);
      toAnswer(scan.takeFound());
    }
    notifyAll();
  }

  /** Releases the memory after the connection has ended. */
  void close() {
    memory.close();
  }
}
