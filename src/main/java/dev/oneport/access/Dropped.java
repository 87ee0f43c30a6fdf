package dev.oneport.access;

import java.io.OutputStream;

/** Takes a body that is not to be sent; its end sends the response without it. */
final class Dropped extends OutputStream {
  private final LeasedResponse response;

  Dropped(LeasedResponse response) {
    this.response = response;
  }

  @Override
  public void write(int b) {}

  @Override
  public void write(byte[] bytes, int from, int length) {}

  @Override
  public void close() {
    if (!response.isSent()) {
      response.send();
    }
  }
}
