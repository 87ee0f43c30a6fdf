package dev.oneport.transport.calls;

import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;

/** A whole message, whose length a marshaller can ask for. */
public final class MessageStream extends ByteArrayInputStream implements KnownLength {
  private final RawMessage message;

  public MessageStream(byte[] bytes, int offset, int length) {
    this(new RawMessage(false, bytes, offset, length));
  }

  MessageStream(RawMessage message) {
    super(message.bytes(), message.offset(), message.length());
    this.message = message;
  }

  /** The message, as it was on the wire unless it was decompressed here. */
  public RawMessage message() {
    return message;
  }
}
