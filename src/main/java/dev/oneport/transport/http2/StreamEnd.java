package dev.oneport.transport.http2;

/** Who ended a stream before its handler did. */
public enum StreamEnd {
  /** The client sent RST_STREAM. */
  RESET_BY_CLIENT,
  /** The client broke the protocol, or did not read for too long. */
  RESET_BY_SERVER,
  /** The connection is gone. */
  CONNECTION_LOST
}
