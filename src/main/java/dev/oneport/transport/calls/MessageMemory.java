package dev.oneport.transport.calls;

import dev.oneport.transport.MemoryShare;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The memory of one call's messages: each holds its share until the next one is read. */
public final class MessageMemory implements AutoCloseable {
  private static final int SMALL = 1024;

  private final MemoryShare share;

  public MessageMemory(MemoryShare share) {
    this.share = share;
  }

  /** Releases the previous message, and starts one of the given size. */
  public void begin(long bytes) {
    share.shrinkTo(0);
    hold(bytes);
  }

  /**
   * Makes the current message hold at least that many bytes; waits until they are free.
   *
   * @throws CallFailure if they did not become free in time
   */
  public void hold(long bytes) {
    try {
      if (!share.growTo(bytes)) {
        throw new CallFailure(GrpcFailure.OUT_OF_MEMORY, "messages hold too much memory");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CallFailure(GrpcFailure.OUT_OF_MEMORY, "interrupted while waiting for memory");
    }
  }

  /**
   * Reads a message whose size is unknown until its end; its memory is taken as it grows.
   *
   * @throws CallFailure if it has more bytes than {@code max}
   */
  public byte[] readAll(InputStream source, int max) throws IOException {
    // One more than allowed is read to know that there is more.
    long most = max + 1L;
    // Most messages are small, and a read with a large limit allocates 16 KiB at once.
    long size = Math.min(SMALL, most);
    var bytes = source.readNBytes((int) size);
    while (bytes.length == size && size < most) {
      size = Math.min(most, size * 4);
      hold(size);
      var more = source.readNBytes((int) (size - bytes.length));
      bytes = Arrays.copyOf(bytes, bytes.length + more.length);
      System.arraycopy(more, 0, bytes, bytes.length - more.length, more.length);
    }
    if (bytes.length > max) {
      throw new CallFailure(GrpcFailure.MESSAGE_TOO_LARGE, "message");
    }
    return bytes;
  }

  @Override
  public void close() {
    share.close();
  }
}
