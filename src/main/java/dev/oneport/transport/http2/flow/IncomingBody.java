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

  /** Takes the next received bytes that are in one array, up to this many, without copying. */
  Slice take(int length);

  /**
   * Fills the rest of an array with received bytes, and with those that arrive later, which count
   * as read at once. Nothing else may be read meanwhile. A reader need not be told of bytes until
   * the array is full or the body has ended.
   */
  void collect(byte[] target, int from);

  /** Where in that array the next byte will be. */
  int collected();
}
