package dev.oneport.access;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A request's body that tells how much of it is read. */
final class CountedInput extends FilterInputStream {
  private final CallWatch watch;

  CountedInput(InputStream in, CallWatch watch) {
    super(in);
    this.watch = watch;
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    watch.read(value < 0 ? 0 : 1);
    return value;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = in.read(bytes, offset, length);
    watch.read(Math.max(0, read));
    return read;
  }
}
