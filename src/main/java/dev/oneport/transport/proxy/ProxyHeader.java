package dev.oneport.transport.proxy;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The header of the PROXY protocol, version 1 or 2, as HAProxy specifies it.
 *
 * @param length its length in bytes
 * @param client the client's address and port; empty if the proxy connects on its own behalf, as
 *     for health checks, or if the client has no IP address
 */
record ProxyHeader(int length, Optional<InetSocketAddress> client) {
  /** The bytes are not the beginning of a valid header; the message says why. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    Malformed(String message) {
      super(message);
    }
  }

  private static final byte[] VERSION_1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERSION_2 =
      "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);

  /** The longest header of version 1, including CRLF. */
  private static final int LONGEST_1 = 107;

  /**
   * The longest header of version 2, with room for fields after the addresses, such as a
   * certificate's subject.
   */
  private static final int LONGEST_2 = 4096;

  private static final int FIXED = VERSION_2.length + 4;
  private static final int IPV4 = 12;
  private static final int IPV6 = 36;
  private static final int UNIX = 216;

  private static final Pattern LINE =
      Pattern.compile(
          "PROXY (?:UNKNOWN(?: [^\\r\\n]*)?|TCP([46]) ([0-9A-Fa-f:.]+) ([0-9A-Fa-f:.]+)"
              + " (0|[1-9]\\d{0,4}) (0|[1-9]\\d{0,4}))");

  private static final Pattern DOTTED = Pattern.compile("(?:(?:0|[1-9]\\d{0,2})(?:\\.(?!$)|$)){4}");

  /** Whether the first bytes of a connection can only be a header, of either version. */
  static boolean begins(byte[] bytes) {
    return bytes.length > 4
        && (agree(bytes, bytes.length, VERSION_1) || agree(bytes, bytes.length, VERSION_2));
  }

  /**
   * Reads the header at the beginning of the bytes.
   *
   * @return empty if more bytes are needed
   */
  static Optional<ProxyHeader> of(byte[] bytes, int length) throws Malformed {
    if (agree(bytes, length, VERSION_1)) {
      return version1(bytes, length);
    }
    if (agree(bytes, length, VERSION_2)) {
      return length < FIXED ? Optional.empty() : version2(bytes, length);
    }
    throw new Malformed("the connection does not begin with it");
  }

  /** Compares the bytes that both have. */
  private static boolean agree(byte[] bytes, int length, byte[] expected) {
    int common = Math.min(length, expected.length);
    return Arrays.equals(bytes, 0, common, expected, 0, common);
  }

  private static Optional<ProxyHeader> version1(byte[] bytes, int length) throws Malformed {
    for (int at = 0; at < Math.min(length, LONGEST_1); at++) {
      if (bytes[at] == '\n') {
        if (bytes[at - 1] != '\r') {
          throw new Malformed("its line does not end in CRLF");
        }
        var line = new String(bytes, 0, at - 1, StandardCharsets.ISO_8859_1);
        return Optional.of(new ProxyHeader(at + 1, client(line)));
      }
    }
    if (length >= LONGEST_1) {
      throw new Malformed("its line is too long");
    }
    return Optional.empty();
  }

  private static Optional<InetSocketAddress> client(String line) throws Malformed {
    var fields = LINE.matcher(line);
    if (!fields.matches()) {
      throw new Malformed("its line is malformed");
    }
    if (fields.group(1) == null) {
      return Optional.empty();
    }
    boolean four = fields.group(1).equals("4");
    var client = address(fields.group(2), four);
    address(fields.group(3), four);
    port(fields.group(5));
    return Optional.of(new InetSocketAddress(client, port(fields.group(4))));
  }

  private static InetAddress address(String text, boolean four) throws Malformed {
    try {
      if (four && DOTTED.matcher(text).matches()) {
        return Inet4Address.ofLiteral(text);
      }
      if (!four && text.contains(":")) {
        return Inet6Address.ofLiteral(text);
      }
    } catch (IllegalArgumentException _) {
      // Reported below.
    }
    throw new Malformed("an address is malformed");
  }

  private static int port(String text) throws Malformed {
    int port = Integer.parseInt(text);
    if (port > 65535) {
      throw new Malformed("a port is malformed");
    }
    return port;
  }

  private static Optional<ProxyHeader> version2(byte[] bytes, int length) throws Malformed {
    int command = bytes[12];
    int kind = bytes[13] & 0xFF;
    int behind = number(bytes, 14);
    if (command != 0x20 && command != 0x21) {
      throw new Malformed("its version or command is not known");
    }
    if (FIXED + behind > LONGEST_2) {
      throw new Malformed("it is too long");
    }
    boolean local = command == 0x20;
    int addresses = local ? 0 : addresses(kind);
    if (behind < addresses) {
      throw new Malformed("it is too short for its addresses");
    }
    if (length < FIXED + behind) {
      return Optional.empty();
    }
    return Optional.of(new ProxyHeader(FIXED + behind, client(bytes, addresses)));
  }

  /** The length of the addresses, for all kinds of sockets except UDP. */
  private static int addresses(int kind) throws Malformed {
    return switch (kind) {
      case 0x00 -> 0;
      case 0x11 -> IPV4;
      case 0x21 -> IPV6;
      case 0x31 -> UNIX;
      default -> throw new Malformed("its kind of address is not known");
    };
  }

  private static Optional<InetSocketAddress> client(byte[] bytes, int addresses) {
    return switch (addresses) {
      case IPV4 -> Optional.of(client(bytes, FIXED + 4, FIXED + 8));
      case IPV6 -> Optional.of(client(bytes, FIXED + 16, FIXED + 32));
      default -> Optional.empty();
    };
  }

  private static InetSocketAddress client(byte[] bytes, int end, int port) {
    try {
      var address = InetAddress.getByAddress(Arrays.copyOfRange(bytes, FIXED, end));
      return new InetSocketAddress(address, number(bytes, port));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("addresses are of 4 or 16 bytes", e);
    }
  }

  private static int number(byte[] bytes, int at) {
    return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
  }
}
