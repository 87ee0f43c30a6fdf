package dev.oneport.transport.http1.client;

import java.io.IOException;
import java.util.OptionalLong;

/** Content that ends with the connection, so that a truncation cannot be detected. */
final class ContentToEnd extends ResponseContent {
  private final OriginInput input;

  ContentToEnd(OriginInput input) {
    this.input = input;
  }

  @Override
  public OptionalLong length() {
    return OptionalLong.empty();
  }

  @Override
  public int available() {
    return input.buffered();
  }

  @Override
  boolean complete() {
    return false;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    return input.read(into, offset, length);
  }
}
