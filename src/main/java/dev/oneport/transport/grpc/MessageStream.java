package dev.oneport.transport.grpc;

import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;

/** A whole message, of which a marshaller may ask how long it is. */
final class MessageStream extends ByteArrayInputStream implements KnownLength {
  MessageStream(byte[] bytes, int offset, int length) {
    super(bytes, offset, length);
  }
}
