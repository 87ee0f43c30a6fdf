package dev.oneport.transport.http2;

import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import java.nio.ByteBuffer;

/** A frame that a server has sent, as it came. */
@SuppressWarnings("ArrayRecordComponent")
public record RawFrame(int type, int flags, int stream, byte[] payload) {
  public boolean is(int expected) {
    return type == expected;
  }

  public boolean endsStream() {
    return (type == Frame.DATA || type == Frame.HEADERS) && (flags & Frame.END_STREAM) != 0;
  }

  /** The error code of RST_STREAM or GOAWAY. */
  public ErrorCode code() {
    int code = ByteBuffer.wrap(payload).getInt(type == Frame.GOAWAY ? 4 : 0);
    for (var known : ErrorCode.values()) {
      if (known.code() == code) {
        return known;
      }
    }
    return ErrorCode.INTERNAL_ERROR;
  }

  /** The last stream of GOAWAY. */
  public int lastStream() {
    return ByteBuffer.wrap(payload).getInt(0);
  }

  public boolean isAck() {
    return (flags & Frame.ACK) != 0;
  }
}
