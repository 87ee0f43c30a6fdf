package dev.oneport.transport;

/** Recognises TLS by a connection's first bytes. */
public final class FirstBytesOfTls {
  /** A record of the handshake (RFC 8446 section 5.1); no request of HTTP begins with it. */
  private static final byte HANDSHAKE = 22;

  private FirstBytesOfTls() {}

  /** Whether a connection that begins with these bytes speaks TLS. */
  public static boolean match(byte[] first) {
    return first.length > 0 && match(first[0]);
  }

  /** The same by the first byte alone. */
  public static boolean match(byte first) {
    return first == HANDSHAKE;
  }
}
