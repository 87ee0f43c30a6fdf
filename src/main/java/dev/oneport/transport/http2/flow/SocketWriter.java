package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.frames.FrameBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes pending frames to the socket, on a separate thread that runs while there are any.
 *
 * <p>Handlers never write to the socket directly, because an interrupt during a write would close
 * it for all streams.
 */
public final class SocketWriter {
  private static final int SLICE = 16 << 10;

  private final Sink writer;
  private final BooleanSupplier idle;
  private final Consumer<RuntimeException> failed;
  private volatile long since;

  /** The output for the bytes. */
  @FunctionalInterface
  public interface Sink {
    /** Writes these bytes; blocks until all are written. */
    void write(byte[] bytes, int offset, int length);
  }

  /**
   * Creates a writer.
   *
   * @param idle whether no stream is open, so that memory should be released
   * @param failed called when the socket cannot be written to
   */
  public SocketWriter(Sink writer, BooleanSupplier idle, Consumer<RuntimeException> failed) {
    this.writer = writer;
    this.idle = idle;
    this.failed = failed;
  }

  void start(Outbound outbound) {
    Threads.start("http2-write", () -> run(outbound));
  }

  private void run(Outbound outbound) {
    try {
      @Nullable FrameBuffer batch = null;
      while (true) {
        batch = outbound.exchange(batch, idle.getAsBoolean());
        if (batch == null) {
          return;
        }
        write(batch);
      }
    } catch (RuntimeException e) {
      failed.accept(e);
    } catch (Error e) {
      // Without a writer the connection would stay open without ever sending.
      failed.accept(new IllegalStateException("writing failed", e));
      throw e;
    }
  }

  /** Writes in slices, because the socket only reports complete writes. */
  private void write(FrameBuffer batch) {
    for (int from = 0; from < batch.size(); from += SLICE) {
      since = System.nanoTime() | 1;
      int length = Math.min(SLICE, batch.size() - from);
      writer.write(batch.bytes(), from, length);
    }
    since = 0;
  }

  /** Reports a lost connection without a failed write. */
  void fail(RuntimeException cause) {
    failed.accept(cause);
  }

  /** How long the current write has been blocked; 0 if there is none. */
  public long stuckNanos(long now) {
    long begin = since;
    return begin == 0 ? 0 : now - begin;
  }
}
