package dev.oneport.identity;

import dev.oneport.proxies.AddressText;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The hosts that are reached without a proxy: this machine, and those that {@code NO_PROXY} lists,
 * by the rules of Go and curl.
 *
 * @param entries without blanks, in lower case
 */
record DirectHosts(List<String> entries) {
  /** A name, an IPv4 address or an IPv6 address in brackets, and a port. */
  private static final Pattern PORT = Pattern.compile("([^:]+|\\[.+]):(\\d{1,5})");

  DirectHosts {
    entries = List.copyOf(entries);
  }

  /**
   * Reads a list with commas: {@code example.com} is the name and all below it, {@code
   * .example.com} and {@code *.example.com} what is below it, {@code 192.0.2.1} an address, {@code
   * 10.0.0.0/8} a range, and {@code *} everything; a port may follow a name or an address.
   */
  static DirectHosts of(String list) {
    return new DirectHosts(
        Arrays.stream(list.split(","))
            .map(it -> it.strip().toLowerCase(Locale.ROOT))
            .filter(it -> !it.isEmpty())
            .toList());
  }

  /**
   * Whether a host is one of them.
   *
   * @param host as in a URL, an IPv6 address in brackets
   */
  boolean has(String host, int port) {
    var name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    return isThisMachine(name) || entries.stream().anyMatch(entry -> names(entry, name, port));
  }

  private static boolean isThisMachine(String name) {
    return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d+){3}");
  }

  private static boolean names(String entry, String name, int port) {
    if (entry.equals("*")) {
      return true;
    }
    if (entry.contains("/")) {
      return isInRange(entry, bare(name));
    }
    var end = PORT.matcher(entry);
    if (end.matches() && !(Integer.parseInt(end.group(2)) == port)) {
      return false;
    }
    var host = bare(end.matches() ? end.group(1) : entry);
    if (host.startsWith(".") || host.startsWith("*.")) {
      return name.endsWith(host.substring(host.indexOf('.')));
    }
    return bare(name).equals(host) || name.endsWith("." + host) || isSameAddress(host, bare(name));
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isSameAddress(String one, String other) {
    var address = AddressText.address(one);
    return address.isPresent() && address.equals(AddressText.address(other));
  }

  private static boolean isInRange(String range, String host) {
    int slash = range.indexOf('/');
    var first = AddressText.address(range.substring(0, slash));
    var address = AddressText.address(host);
    var bits = range.substring(slash + 1);
    if (first.isEmpty() || address.isEmpty() || !bits.matches("\\d{1,3}")) {
      return false;
    }
    int most = first.get().getAddress().length * Byte.SIZE;
    int rest = most - Integer.parseInt(bits);
    return rest >= 0
        && address.get().getAddress().length * Byte.SIZE == most
        && number(first.get()).shiftRight(rest).equals(number(address.get()).shiftRight(rest));
  }

  private static BigInteger number(InetAddress address) {
    return new BigInteger(1, address.getAddress());
  }
}
