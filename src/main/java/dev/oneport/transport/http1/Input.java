package dev.oneport.transport.http1;

import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.time.Wait;
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

/** What a connection has received and no one has taken yet; reads block within a bound. */
final class Input {
  private static final byte[] EMPTY = {};

  private final ConnectionContext context;
  private final DeadlineWatch watchdog;
  private final Wait wait = new Wait();
  private Patience patience = now -> now;
  private byte[] bytes = EMPTY;
  private int from;
  private int to;

  // These belong to this object's monitor: others may read ahead of the connection's thread.
  private boolean reading;
  private boolean handedOver;
  private @Nullable CompletableFuture<Optional<byte[]>> ahead;

  Input(ConnectionContext context, DeadlineWatch watchdog) {
    this.context = context;
    this.watchdog = watchdog;
  }

  /** The read under way, for those who watch it. */
  Wait waiting() {
    return wait;
  }

  /** Says how long the reads from now on may block. */
  void patience(Patience next) {
    patience = next;
  }

  boolean available() {
    return from < to;
  }

  /** The number of bytes here. */
  int size() {
    return to - from;
  }

  /** The byte at an offset from the first one not taken. */
  byte at(int offset) {
    return bytes[from + offset];
  }

  /** Blocks for more bytes; false when the client has ended the connection. */
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

  /** The next bytes, whoever read them; null at the connection's end. */
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

  /**
   * Reads around the connection's reader, which would keep what it read last, and with it the
   * client's credentials, for as long as the connection lasts.
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
   * Reads one buffer on a thread of its own, which the next read is to give, and runs the action if
   * that is the end of the connection. Does nothing while somebody reads anyway.
   */
  void readAhead(Runnable gone) {
    var read = new CompletableFuture<Optional<byte[]>>();
    synchronized (this) {
      if (reading || handedOver || ahead != null || context.dataReader().available() > 0) {
        return;
      }
      ahead = read;
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
                gone.run();
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

  /** Takes so many bytes of those here. */
  byte[] take(int length) {
    var taken =
        from == 0 && length == bytes.length
            ? bytes
            : Arrays.copyOfRange(bytes, from, from + length);
    skip(length);
    return taken;
  }

  /** Takes so many bytes of those here into an array. */
  void take(byte[] into, int at, int length) {
    System.arraycopy(bytes, from, into, at, length);
    skip(length);
  }

  /** Takes so many bytes of those here and drops them. */
  void skip(int length) {
    from += length;
    if (from == to) {
      bytes = EMPTY;
      from = 0;
      to = 0;
    }
  }

  /**
   * Takes a line without its CRLF, null if the client ended before it did; refuses a line over the
   * length given, and any CR or LF that is not part of a CRLF.
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
   * The context for another protocol, whose reader begins with what is here; it is not taken, so
   * that this protocol can go on if the other does not come to be. Reads of it are not bounded.
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
    // Around the reader, too, comes first what is being read now.
    var socket = new HandedOverSocket(context.serverSocket(), this);
    return new DelegatingContext(context, reader, context.dataWriter()) {
      @Override
      public HelidonSocket serverSocket() {
        return socket;
      }
    };
  }

  /** The other protocol did not come to be. */
  synchronized void takeBack() {
    handedOver = false;
  }
}
