package dev.oneport.transport.web;

import dev.oneport.transport.grpc.MessageMemory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A body that is one message. */
final class ConnectMessages implements Messages {
  private final InputStream body;
  private final int max;
  private final MessageMemory memory;
  private boolean read;

  /**
   * Reads from a body.
   *
   * @param max how large the message may be, in bytes
   */
  ConnectMessages(InputStream body, int max, MessageMemory memory) {
    this.body = body;
    this.max = max;
    this.memory = memory;
  }

  @Override
  public boolean atEnd() {
    return read;
  }

  @Override
  public Optional<InputStream> next() throws IOException {
    if (read) {
      return Optional.empty();
    }
    read = true;
    return Optional.of(new ByteArrayInputStream(memory.readAll(body, max)));
  }
}
