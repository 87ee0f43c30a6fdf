package dev.oneport.gate;

import dev.oneport.transport.MemoryShare;
import dev.oneport.transport.OutOfRequestMemory;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/**
 * A request's body that counts the bytes read and holds request memory for them until the handler
 * returns, since it may use them until then.
 */
final class CountedInput extends FilterInputStream {
  private final CallWatch watch;
  private final MemoryShare memory;
  private final long announced;
  private long total;

  /**
   * Counts a body.
   *
   * @param announced the length that the client announced; 0 if none. Memory for the whole body is
   *     reserved before the first read, so that calls waiting for memory do not hold part of it.
   */
  CountedInput(InputStream in, CallWatch watch, MemoryShare memory, long announced) {
    super(in);
    this.watch = watch;
    this.memory = memory;
    this.announced = announced;
  }

  @Override
  public int read() throws IOException {
    hold(Math.max(announced, total + 1));
    int value = in.read();
    count(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    hold(Math.max(announced, total));
    int read = in.read(bytes, offset, length);
    count(Math.max(0, read));
    return read;
  }

  private void count(int read) {
    total += read;
    watch.read(read);
  }

  private void hold(long bytes) throws IOException {
    try {
      if (!memory.growTo(bytes)) {
        throw new OutOfRequestMemory();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for memory");
    }
  }
}
