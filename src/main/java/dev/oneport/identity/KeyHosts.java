package dev.oneport.identity;

import dev.oneport.proxies.AddressText;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Restricts the URL that an issuer's discovery document names for its keys. The document comes from
 * another server, which must not be able to make this server call the platform's metadata server or
 * a service on the same machine.
 */
final class KeyHosts {
  private static final Set<String> METADATA_NAMES =
      Set.of(
          "metadata",
          "metadata.google.internal",
          "metadata.goog",
          "instance-data",
          "instance-data.ec2.internal");

  /** The addresses of metadata servers that are not link-local: AWS, Alibaba, Oracle, Azure. */
  private static final Set<String> METADATA_ADDRESSES =
      Set.of("fd000ec2000000000000000000000254", "646464c8", "c00000c0", "a83f8110");

  /** The end of a name that programs read as an address, such as {@code 127.1}. */
  private static final Pattern NUMBER = Pattern.compile("(^|\\.)(\\d+|0[xX][0-9a-fA-F]*)\\.?$");

  private static final String NAT64 = "0064ff9b0000000000000000";
  private static final String SIX_TO_FOUR = "2002";

  /** Finds the addresses of a host. */
  @FunctionalInterface
  interface Resolver {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  private final Resolver resolver;

  KeyHosts(Resolver resolver) {
    this.resolver = resolver;
  }

  /**
   * Checks a URL that the issuer's discovery document names for its keys.
   *
   * @param proxied whether a proxy connects to it, which alone may know the address of its name
   * @throws IOException if the URL is not allowed
   */
  void check(URI keys, URI issuer, boolean proxied) throws IOException {
    var host = keys.getHost();
    if (host == null || keys.getUserInfo() != null) {
      throw new IOException("its configuration names no URL for the keys");
    }
    var own =
        issuer.getScheme().equalsIgnoreCase(keys.getScheme())
            && host.equalsIgnoreCase(issuer.getHost());
    if (!own && !"https".equalsIgnoreCase(keys.getScheme())) {
      throw new IOException(
          "its configuration names a URL for the keys that is neither https nor on its own host");
    }
    if (METADATA_NAMES.contains(host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", ""))) {
      throw new IOException("its configuration names a metadata server for the keys");
    }
    if (proxied && AddressText.address(host.replaceAll("[\\[\\]]", "")).isEmpty()) {
      if (NUMBER.matcher(host).find()) {
        throw new IOException("its configuration names a reserved address for the keys");
      }
      return;
    }
    var addresses = resolved(host);
    if (addresses.stream().anyMatch(KeyHosts::isReserved)) {
      throw new IOException("its configuration names a reserved address for the keys");
    }
    if (addresses.stream().anyMatch(InetAddress::isLoopbackAddress)
        && (proxied
            || !resolved(issuer.getHost()).stream().allMatch(InetAddress::isLoopbackAddress))) {
      throw new IOException(
          "its configuration names a loopback address for the keys, but the issuer is on another"
              + " machine");
    }
  }

  private List<InetAddress> resolved(String host) throws UnknownHostException {
    return Arrays.stream(resolver.addresses(host)).map(KeyHosts::withoutTunnel).toList();
  }

  private static boolean isReserved(InetAddress address) {
    var bytes = address.getAddress();
    return address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || (bytes.length == 4 && bytes[0] == 0)
        || METADATA_ADDRESSES.contains(HexFormat.of().formatHex(bytes));
  }

  /** The IPv4 address that an IPv6 address embeds, if it embeds one (RFC 4291, 6052, 3056). */
  private static InetAddress withoutTunnel(InetAddress address) {
    if (!(address instanceof Inet6Address six) || six.isLoopbackAddress()) {
      return address;
    }
    var bytes = six.getAddress();
    var hex = HexFormat.of().formatHex(bytes);
    var compatible = six.isIPv4CompatibleAddress() && !six.isAnyLocalAddress();
    if (compatible || hex.startsWith(NAT64)) {
      return four(bytes, 12);
    }
    return hex.startsWith(SIX_TO_FOUR) ? four(bytes, 2) : address;
  }

  private static InetAddress four(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
