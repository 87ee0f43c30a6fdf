package dev.oneport.gate;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A forwarded request's body, which counts the bytes read. */
final class PassedInput extends FilterInputStream {
  private final CallWatch watch;

  PassedInput(InputStream in, CallWatch watch) {
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
