package dev.oneport.transport.http1;

import dev.oneport.transport.DelegatingContext;
import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.time.Wait;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The received bytes of a connection that have not been consumed; reads block within a time limit.
 */
final class Input {
  private static final byte[] EMPTY = {};

  private final ConnectionContext context;
  private final DeadlineWatch watchdog;
  private final Wait wait = new Wait();
  private Patience patience = now -> now;

  /** What a reader ahead runs if the connection has ended. */
  private volatile Runnable onGone = Input::nothing;

  private byte[] bytes = EMPTY;
  private int from;
  private int to;

  // Guarded by this object's monitor: other threads may read ahead of the connection's thread.
  private boolean reading;
  private boolean handedOver;
  private @Nullable CompletableFuture<Optional<byte[]>> ahead;

  Input(ConnectionContext context, DeadlineWatch watchdog) {
    this.context = context;
    this.watchdog = watchdog;
  }

  /** The current read, for the watchdog. */
  Wait waiting() {
    return wait;
  }

  /** Sets how long further reads may block. */
  void patience(Patience next) {
    patience = next;
  }

  /** Lets go of all that belongs to this protocol: the next one has the connection. */
  void forget() {
    skip(size());
    patience = now -> now;
    onGone = Input::nothing;
  }

  boolean available() {
    return from < to;
  }

  /** The number of unconsumed bytes. */
  int size() {
    return to - from;
  }

  /** The byte at an offset from the first unconsumed one. */
  byte at(int offset) {
    return bytes[from + offset];
  }

  /** The offset of the first line feed at or after an offset; the size if there is none. */
  int lineFeed(int offset) {
    return Ascii.lineFeed(bytes, from + offset, to) - from;
  }

  /** Blocks for more bytes; false if the client has closed the connection. */
  boolean fill() {
    var start = watchdog.now();
    if (!wait.start(patience.until(start))) {
      throw new CloseConnectionException("the connection ended");
    }
    var more = read();
    if (!wait.stop()) {
      throw new CloseConnectionException("the client was too slow");
    }
    if (more == null) {
      return false;
    }
    patience.received(start, more.length);
    append(more);
    return true;
  }

  /** The next bytes, read by this thread or ahead of it; null at the connection's end. */
  byte @Nullable [] read() {
    CompletableFuture<Optional<byte[]>> pending;
    synchronized (this) {
      reading = true;
      pending = ahead;
      ahead = null;
    }
    try {
      return pending == null ? pull() : await(pending);
    } finally {
      synchronized (this) {
        reading = false;
      }
    }
  }

  /** Adds the next bytes to a buffer, whose room they must fit; -1 at the connection's end. */
  @SuppressWarnings("removal")
  int read(BufferData target) {
    if (isAhead()) {
      var bytes = read();
      if (bytes == null) {
        return -1;
      }
      target.write(bytes);
      return bytes.length;
    }
    try {
      return context.serverSocket().read(target);
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("the connection broke", e);
    }
  }

  private synchronized boolean isAhead() {
    return ahead != null || context.dataReader().available() > 0;
  }

  /**
   * Bypasses the connection's reader, which would keep its last buffer, and the client's
   * credentials in it, for the life of the connection.
   */
  private byte @Nullable [] pull() {
    var reader = context.dataReader();
    if (reader.available() > 0) {
      return reader.readBytes(reader.available());
    }
    try {
      return context.serverSocket().get();
    } catch (UncheckedIOException e) {
      throw new ServerConnectionException("the connection broke", e);
    }
  }

  /**
   * Reads one buffer on a new thread, which the next read returns, and runs the action if the
   * connection has ended. Does nothing while another thread reads.
   */
  void readAhead(Runnable gone) {
    var read = new CompletableFuture<Optional<byte[]>>();
    synchronized (this) {
      if (reading || handedOver || ahead != null || context.dataReader().available() > 0) {
        return;
      }
      ahead = read;
      onGone = gone;
    }
    Thread.ofVirtual()
        .name("http1-client")
        .start(
            () -> {
              try {
                read.complete(Optional.ofNullable(context.serverSocket().get()));
              } catch (RuntimeException e) {
                read.completeExceptionally(e);
              }
              if (read.isCompletedExceptionally() || read.resultNow().isEmpty()) {
                onGone.run();
              }
            });
  }

  private static byte @Nullable [] await(CompletableFuture<Optional<byte[]>> read) {
    try {
      return read.get().orElse(null);
    } catch (ExecutionException e) {
      throw new ServerConnectionException("the connection broke", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloseConnectionException("interrupted", e);
    }
  }

  private void append(byte[] more) {
    if (from == to) {
      bytes = more;
      from = 0;
      to = more.length;
      return;
    }
    var size = size();
    if (size + more.length > bytes.length - from) {
      var capacity = Math.max(2 * size, size + more.length);
      bytes = Arrays.copyOfRange(bytes, from, from + capacity);
      from = 0;
      to = size;
    }
    System.arraycopy(more, 0, bytes, to, more.length);
    to += more.length;
  }

  /** Consumes this many bytes. */
  byte[] take(int length) {
    var taken =
        from == 0 && length == bytes.length
            ? bytes
            : Arrays.copyOfRange(bytes, from, from + length);
    skip(length);
    return taken;
  }

  /** Consumes this many bytes into an array. */
  void take(byte[] into, int at, int length) {
    System.arraycopy(bytes, from, into, at, length);
    skip(length);
  }

  /** Consumes and drops this many bytes. */
  void skip(int length) {
    from += length;
    if (from == to) {
      bytes = EMPTY;
      from = 0;
      to = 0;
    }
  }

  /**
   * Consumes a line and returns it without its CRLF; null if the client closed the connection
   * inside it. Refuses lines that are too long, and any CR or LF that is not part of a CRLF.
   */
  byte @Nullable [] line(int longest) {
    var length = 0;
    while (true) {
      while (length < size()) {
        if (at(length) == '\n') {
          return endedLine(length, longest);
        }
        length++;
      }
      if (length > longest + 1) {
        throw Refusal.malformed("a chunk's line is too long");
      }
      if (!fill()) {
        return null;
      }
    }
  }

  private byte[] endedLine(int length, int longest) {
    if (length == 0 || at(length - 1) != '\r') {
      throw Refusal.malformed("a line does not end in CRLF");
    }
    if (length > longest + 1) {
      throw Refusal.malformed("a chunk's line is too long");
    }
    var line = take(length - 1);
    skip(2);
    return line;
  }

  /**
   * Creates the context for another protocol, whose reader begins with the unconsumed bytes. They
   * stay here, so that this protocol can continue if the upgrade fails. The other protocol's reads
   * have no time limit.
   */
  ConnectionContext handOver() {
    boolean pending;
    synchronized (this) {
      handedOver = true;
      pending = ahead != null;
    }
    if (!available() && !pending) {
      return context;
    }
    var first = new ArrayDeque<byte[]>(1);
    if (available()) {
      first.add(Arrays.copyOfRange(bytes, from, to));
    }
    var reader = DataReader.create(() -> first.isEmpty() ? read() : first.poll());
    if (available()) {
      reader.pullData();
    }
    // As in this class, the bytes of a read in progress come first.
    var socket = new HandedOverSocket(context.serverSocket(), this);
    return new DelegatingContext(context, reader, context.dataWriter()) {
      @Override
      public HelidonSocket serverSocket() {
        return socket;
      }
    };
  }

  /** Resumes reading here after a failed upgrade. */
  synchronized void takeBack() {
    handedOver = false;
  }

  private static void nothing() {}
}
