package dev.oneport.transport.http1.client;

import java.io.IOException;
import java.util.OptionalLong;

/** Content with a {@code Content-Length}. */
final class FixedContent extends ResponseContent {
  private final OriginInput input;
  private final long length;
  private long left;

  FixedContent(OriginInput input, long length) {
    this.input = input;
    this.length = length;
    this.left = length;
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.of(length);
  }

  @Override
  public int available() {
    return (int) Math.min(left, input.buffered());
  }

  @Override
  boolean complete() {
    return left == 0;
  }

  @Override
  public int read(byte[] into, int offset, int most) throws IOException {
    if (left == 0) {
      return -1;
    }
    int read = input.read(into, offset, (int) Math.min(most, left));
    if (read < 0) {
      throw new IOException("the connection ended within the content");
    }
    left -= read;
    return read;
  }
}
