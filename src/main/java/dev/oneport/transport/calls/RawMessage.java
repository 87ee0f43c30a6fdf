package dev.oneport.transport.calls;

import io.grpc.MethodDescriptor.Marshaller;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A message of any type as it is on the wire: its bytes, possibly compressed. A method with such
 * messages receives and sends them unchanged.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RawMessage(boolean compressed, byte[] bytes, int offset, int length) {
  /** The length of a message's prefix: a flag and the length. */
  public static final int PREFIX = 5;

  public static final Marshaller<RawMessage> MARSHALLER =
      new Marshaller<>() {
        @Override
        public InputStream stream(RawMessage value) {
          return new MessageStream(value);
        }

        @Override
        public RawMessage parse(InputStream stream) {
          if (stream instanceof MessageStream known) {
            return known.message();
          }
          try {
            var bytes = stream.readAllBytes();
            return new RawMessage(false, bytes, 0, bytes.length);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  /** The prefix and the message, in a new array. */
  public byte[] framed() {
    var frame = new byte[PREFIX + length];
    frame[0] = (byte) (compressed ? 1 : 0);
    frame[1] = (byte) (length >>> 24);
    frame[2] = (byte) (length >>> 16);
    frame[3] = (byte) (length >>> 8);
    frame[4] = (byte) length;
    System.arraycopy(bytes, offset, frame, PREFIX, length);
    return frame;
  }
}
