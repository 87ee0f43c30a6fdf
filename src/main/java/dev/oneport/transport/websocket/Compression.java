package dev.oneport.transport.websocket;

/**
 * Whether messages may be compressed (permessage-deflate, RFC 7692), and at what cost.
 *
 * @param enabled whether an offer is accepted
 * @param contextTakeover whether a message may refer to those before it: smaller messages for about
 *     300 KB of memory per socket; without it, that memory is only held while a message is under
 *     way
 * @param minBytes messages below this size are sent as they are
 */
public record Compression(boolean enabled, boolean contextTakeover, int minBytes) {
  public Compression {
    if (minBytes < 0) {
      throw new IllegalArgumentException("minBytes must not be negative: " + minBytes);
    }
  }

  /** No compression. */
  public static Compression off() {
    return new Compression(false, false, 0);
  }

  /** Each message by itself. */
  public static Compression on() {
    return new Compression(true, false, 256);
  }
}
