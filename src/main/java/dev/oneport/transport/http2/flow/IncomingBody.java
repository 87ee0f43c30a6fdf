package dev.oneport.transport.http2.flow;

/** The received part of a stream's body. */
public interface IncomingBody {
  /** The number of bytes that can be read without waiting. */
  int available();

  /** Whether the whole body has arrived, whether read or not; false for a body that was cut off. */
  boolean bodyEnded();

  /** Whether the body was cut off because all connections together hold too many unread bytes. */
  boolean isOutOfMemory();

  /** Reads up to this many received bytes without waiting; returns the number. */
  int read(byte[] target, int offset, int length);

  /** Reads up to this many received bytes, without copying if they are from one frame. */
  Slice take(int length);
}
