package dev.oneport.transport.websocket;

/**
 * Whether messages may be compressed (permessage-deflate, RFC 7692), and at what cost.
 *
 * @param enabled whether an offer is accepted
 * @param minBytes messages below this size are sent uncompressed
 */
public record Compression(boolean enabled, int minBytes) {
  public Compression {
    if (minBytes < 0) {
      throw new IllegalArgumentException("minBytes must not be negative: " + minBytes);
    }
  }

  /** No compression. */
  public static Compression off() {
    return new Compression(false, 0);
  }

  /** Compresses each message separately, unless it is small. */
  public static Compression on() {
    return new Compression(true, 256);
  }
}
