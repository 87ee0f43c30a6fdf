package dev.oneport.gate;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A response body that cannot be written on, nor properly ended, once its lease has ended. */
final class LeasedOutput extends FilterOutputStream {
  private final LeasedResponse response;

  private long count;

  LeasedOutput(OutputStream out, LeasedResponse response) {
    super(out);
    this.response = response;
  }

  long count() {
    return count;
  }

  @Override
  public void write(int value) throws IOException {
    response.check();
    try {
      out.write(value);
    } catch (RuntimeException e) {
      throw response.unwritten(e);
    }
    count++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    response.check();
    try {
      out.write(bytes, offset, length);
    } catch (RuntimeException e) {
      throw response.unwritten(e);
    }
    count += length;
  }

  @Override
  public void flush() throws IOException {
    response.check();
    try {
      out.flush();
    } catch (RuntimeException e) {
      throw response.unwritten(e);
    }
  }

  @Override
  public void close() throws IOException {
    response.check();
    try {
      out.close();
    } catch (RuntimeException e) {
      throw response.unwritten(e);
    }
  }
}
