package dev.oneport.transport.http2.flow;

import dev.oneport.transport.http2.frames.FrameBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes gathered frames to the socket, on a thread of its own that lives while there are any.
 *
 * <p>Handlers never write to the socket themselves: an interrupt in the middle of a write would
 * close it under all other streams, and handlers may be interrupted by anyone.
 */
public final class SocketWriter {
  private static final int SLICE = 16 << 10;

  private final Sink writer;
  private final BooleanSupplier idle;
  private final Consumer<RuntimeException> failed;
  private volatile long since;

  /** Where the bytes go. */
  @FunctionalInterface
  public interface Sink {
    /** Writes these bytes, waiting until all of them are taken. */
    void write(byte[] bytes, int offset, int length);
  }

  /**
   * A writer that has not begun.
   *
   * @param idle whether nothing is open, so that no memory should be held
   * @param failed told when the socket cannot be written to
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
      // Without a writer the connection would be open, and silent for good.
      failed.accept(new IllegalStateException("writing failed", e));
      throw e;
    }
  }

  /** In slices, because the socket does not say how much it has taken until it has taken all. */
  private void write(FrameBuffer batch) {
    for (int from = 0; from < batch.size(); from += SLICE) {
      since = System.nanoTime() | 1;
      int length = Math.min(SLICE, batch.size() - from);
      writer.write(batch.bytes(), from, length);
    }
    since = 0;
  }

  /** The connection is lost without a failed write. */
  void fail(RuntimeException cause) {
    failed.accept(cause);
  }

  /** For how long the socket has not taken what is being written; 0 if nothing is. */
  public long stuckNanos(long now) {
    long begin = since;
    return begin == 0 ? 0 : now - begin;
  }
}
