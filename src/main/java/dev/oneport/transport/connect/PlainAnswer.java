package dev.oneport.transport.connect;

import io.grpc.Metadata;
import io.grpc.Status;
import java.io.InputStream;

/**
 * Keeps the status of a call whose request has an unknown format, so that plain HTTP answers it.
 */
final class PlainAnswer implements WebAnswer {
  private Status status = Status.INTERNAL;
  private Metadata trailers = new Metadata();

  Status status() {
    return status;
  }

  Metadata trailers() {
    return trailers;
  }

  @Override
  public void head(Metadata metadata) {}

  @Override
  public byte[] message(InputStream message) {
    return new byte[0];
  }

  @Override
  public void send(byte[] message) {}

  @Override
  public void finish(Status status, Metadata trailers) {
    this.status = status;
    this.trailers = trailers;
  }
}
