package dev.oneport.access;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A response body that cannot be written on, nor properly ended, once its lease has ended. */
final class LeasedOutput extends FilterOutputStream {
  private final LeasedResponse response;

  LeasedOutput(OutputStream out, LeasedResponse response) {
    super(out);
    this.response = response;
  }

  @Override
  public void write(int value) throws IOException {
    response.check();
    out.write(value);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    response.check();
    out.write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    response.check();
    out.flush();
  }

  @Override
  public void close() throws IOException {
    response.check();
    out.close();
  }
}
