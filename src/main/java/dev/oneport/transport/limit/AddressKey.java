package dev.oneport.transport.limit;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What an address is counted by. An IPv4 address counts alone. Of an IPv6 address the first 64 bits
 * count, because a client with one address of such a network has all of them (RFC 4291 section
 * 2.5.1). IPv4 addresses that were translated to the well-known prefix (RFC 6052 section 2.1) share
 * one such network, and count as the IPv4 addresses that they are.
 */
public final class AddressKey {
  /** In a range of multicast addresses, which no client has. */
  private static final long IPV4 = 0xFFFF_FFFF_0000_0000L;

  private static final long TRANSLATED = 0x0064_FF9B_0000_0000L;
  private static final int IPV4_LENGTH = 4;
  private static final int LOW_WORD = 12;

  private AddressKey() {}

  /** The key of an address; clients without an address share one. */
  public static long of(@Nullable InetAddress address) {
    if (address == null) {
      return IPV4;
    }
    var bytes = ByteBuffer.wrap(address.getAddress());
    if (bytes.remaining() == IPV4_LENGTH) {
      return ipv4(bytes.getInt(0));
    }
    long network = bytes.getLong(0);
    return network == TRANSLATED ? ipv4(bytes.getInt(LOW_WORD)) : network;
  }

  private static long ipv4(int bits) {
    return IPV4 | Integer.toUnsignedLong(bits);
  }
}
