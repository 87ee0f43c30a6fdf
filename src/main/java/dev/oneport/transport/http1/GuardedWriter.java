package dev.oneport.transport.http1;

import dev.oneport.transport.time.DeadlineWatch;
import dev.oneport.transport.time.Wait;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes in pieces, each of which the client must accept within the time limit: slow clients are
 * served, stalled ones are disconnected.
 */
final class GuardedWriter implements DataWriter {
  private static final int PIECE = 32 * 1024;

  private final DataWriter writer;
  private final Http1Limits limits;
  private final DeadlineWatch watchdog;
  private final Wait wait;
  private @Nullable UnaryOperator<BufferData> filter;

  GuardedWriter(DataWriter writer, Http1Limits limits, DeadlineWatch watchdog, Wait wait) {
    this.writer = writer;
    this.limits = limits;
    this.watchdog = watchdog;
    this.wait = wait;
  }

  /**
   * Prepares for the next response.
   *
   * @param of decides what becomes of its bytes; null if they stay as they are
   */
  void response(@Nullable UnaryOperator<BufferData> of) {
    filter = of;
  }

  @Override
  public void write(BufferData all) {
    var buffer = filter == null ? all : filter.apply(all);
    if (buffer.available() <= PIECE) {
      writePiece(buffer);
      return;
    }
    while (!buffer.consumed()) {
      var piece = new byte[Math.min(PIECE, buffer.available())];
      var length = buffer.read(piece);
      writePiece(BufferData.create(piece, 0, length));
    }
  }

  private void writePiece(BufferData piece) {
    var watched = wait.start(watchdog.after(limits.writeTimeout()));
    try {
      if (!wait.expired()) {
        writer.write(piece);
      }
    } finally {
      if (watched) {
        wait.stop();
      }
    }
    if (wait.expired()) {
      throw tooSlow();
    }
  }

  private static UncheckedIOException tooSlow() {
    return new UncheckedIOException(new SocketTimeoutException("the client reads too slowly"));
  }

  @Override
  public void write(BufferData... buffers) {
    write(BufferData.create(buffers));
  }

  @Override
  public void writeNow(BufferData... buffers) {
    write(BufferData.create(buffers));
  }

  @Override
  public void writeNow(BufferData buffer) {
    write(buffer);
  }

  @Override
  public void flush() {
    writer.flush();
  }

  @Override
  public void close() {
    writer.close();
  }
}
