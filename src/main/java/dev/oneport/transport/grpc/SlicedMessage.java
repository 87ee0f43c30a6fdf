package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.flow.Slice;
import io.grpc.KnownLength;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;

/** A whole message in the arrays in which its parts were received. */
final class SlicedMessage extends InputStream implements KnownLength {
  private final Iterator<Slice> later;
  private Slice slice;
  private int from;
  private int left;

  /**
   * Creates a stream.
   *
   * @param slices at least one, none of them empty
   * @param length of all of them together
   */
  SlicedMessage(List<Slice> slices, int length) {
    this.later = slices.iterator();
    this.slice = later.next();
    this.left = length;
  }

  @Override
  public int available() {
    return left;
  }

  @Override
  public int read() {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (left == 0 && length > 0) {
      return -1;
    }
    int done = 0;
    while (done < length && left > 0) {
      done += part(target, offset + done, length - done);
    }
    return done;
  }

  private int part(byte[] target, int offset, int length) {
    if (from == slice.length()) {
      slice = later.next();
      from = 0;
    }
    int some = Math.min(length, slice.length() - from);
    System.arraycopy(slice.bytes(), slice.offset() + from, target, offset, some);
    from += some;
    left -= some;
    return some;
  }
}
