package dev.oneport.gate;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A response body that cannot be written or completed after its lease has ended. */
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
    response.write(() -> out.write(value));
    count++;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    response.write(() -> out.write(bytes, offset, length));
    count += length;
  }

  @Override
  public void flush() throws IOException {
    response.write(out::flush);
  }

  @Override
  public void close() throws IOException {
    response.write(out::close);
  }
}
