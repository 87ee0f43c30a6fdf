package dev.oneport.proxies;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * A range of addresses, such as {@code 10.0.0.0/8} or {@code 2001:db8::/32} (RFC 4632 section 3.1,
 * RFC 4291 section 2.3).
 *
 * @param bits the number of leading bits that all addresses of the range share
 */
public record Network(InetAddress first, int bits) {
  /**
   * Reads a range, or a single address as a range of one.
   *
   * @throws IllegalArgumentException with a message for the operator
   */
  public static Network of(String text) {
    int slash = text.indexOf('/');
    var address =
        AddressText.address(slash < 0 ? text : text.substring(0, slash))
            .orElseThrow(() -> new IllegalArgumentException("is not an address range"));
    int most = address.getAddress().length * Byte.SIZE;
    var length = slash < 0 ? String.valueOf(most) : text.substring(slash + 1);
    if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > most) {
      throw new IllegalArgumentException("must end in a prefix length from 1 to " + most);
    }
    return new Network(address, Integer.parseInt(length));
  }

  public Network {
    if (bits == 0) {
      throw new IllegalArgumentException("would let every client say who it is");
    }
    var bytes = first.getAddress();
    for (int bit = bits; bit < bytes.length * Byte.SIZE; bit++) {
      if ((bytes[bit / Byte.SIZE] & (0x80 >> (bit % Byte.SIZE))) != 0) {
        throw new IllegalArgumentException("has bits set behind its prefix");
      }
    }
  }

  /** Whether an address is in the range; false for a text that is not a literal address. */
  public boolean contains(String address) {
    return AddressText.address(address).filter(this::contains).isPresent();
  }

  boolean contains(InetAddress address) {
    var one = first.getAddress();
    var other = address.getAddress();
    if (one.length != other.length) {
      return false;
    }
    int whole = bits / Byte.SIZE;
    int rest = bits % Byte.SIZE;
    return Arrays.mismatch(one, 0, whole, other, 0, whole) < 0
        && (rest == 0 || ((one[whole] ^ other[whole]) & 0xFF) >> (Byte.SIZE - rest) == 0);
  }
}
