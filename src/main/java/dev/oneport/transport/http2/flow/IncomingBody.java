package dev.oneport.transport.http2.flow;

/** The body that a peer sends on a stream, as far as it has arrived. */
public interface IncomingBody {
  /** How many bytes can be read now. */
  int available();

  /** Whether all of it has arrived, read or not; one that was cut never has. */
  boolean bodyEnded();

  /** Whether it was cut because too much waits to be read, on all connections together. */
  boolean isOutOfMemory();

  /** Reads up to that many bytes of what is there, without waiting; returns how many. */
  int read(byte[] target, int offset, int length);

  /** Reads up to that many bytes of what is there, without a copy if one frame brought them. */
  Slice take(int length);
}
