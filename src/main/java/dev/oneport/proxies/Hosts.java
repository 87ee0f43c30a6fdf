package dev.oneport.proxies;

import dev.oneport.config.Section;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The host names that the server accepts. If an attacker points a page's host name at this server
 * (DNS rebinding), the browser treats the server as the page's own origin; only {@code Host}
 * reveals the foreign name.
 *
 * @param names the names in lower case; one that begins with {@code *.} covers all names below it
 * @param all whether any name is accepted
 * @param addresses whether any IP address is accepted, which DNS rebinding cannot use
 */
public record Hosts(Set<String> names, boolean all, boolean addresses) {
  /** Any name. */
  public static final Hosts ANY = new Hosts(Set.of(), true, true);

  /** The names of this machine on the machine itself, and IP addresses. */
  private static final Hosts LOCAL = new Hosts(Set.of("localhost", "*.localhost"), false, true);

  private static final Pattern NAME =
      Pattern.compile("(?:\\*\\.)?[a-z0-9_~-]+(?:\\.[a-z0-9_~-]+)*+");

  /** Longer than any name in DNS with a port; each dot of a name costs a look. */
  private static final int LONGEST = 300;

  private static final Pattern COMMA = Pattern.compile(",|%2C");

  public Hosts {
    names = Set.copyOf(names);
  }

  /**
   * Reads {@code hosts}.
   *
   * @param local whether only this machine can connect; then only its own names are accepted by
   *     default
   */
  public static Hosts read(Section section, boolean local) {
    section.reportEmpty("hosts");
    var listed = section.texts("hosts");
    for (var host : listed) {
      if (!isHost(host)) {
        section.problem(
            "hosts",
            "'" + host + "' is neither a name such as api.example.com, without a port, nor *");
      }
    }
    return listed.isEmpty() ? local ? LOCAL : ANY : of(listed);
  }

  private static Hosts of(List<String> listed) {
    var names =
        listed.stream()
            .map(host -> name(host.toLowerCase(Locale.ROOT)))
            .collect(Collectors.toUnmodifiableSet());
    return new Hosts(names, listed.contains("*"), false);
  }

  private static boolean isHost(String text) {
    var lower = text.toLowerCase(Locale.ROOT);
    return text.equals("*")
        || NAME.matcher(lower).matches()
        || AddressText.address(unbracketed(text)).isPresent();
  }

  /**
   * Whether the host of a request is accepted.
   *
   * @param authority the value of {@code Host} or {@code :authority}, with or without a port; some
   *     gRPC clients send several addresses, all of which must be accepted
   */
  public boolean allow(String authority) {
    if (all) {
      return true;
    }
    return (authority.indexOf(',') < 0 && authority.indexOf('%') < 0)
        ? allowOne(authority)
        : Arrays.stream(COMMA.split(authority, -1)).allMatch(this::allowOne);
  }

  private boolean allowOne(String authority) {
    if (authority.length() > LONGEST) {
      return false;
    }
    var name = name(authority.toLowerCase(Locale.ROOT));
    if (names.contains(name) || (addresses && AddressText.address(name).isPresent())) {
      return true;
    }
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (names.contains("*" + name.substring(dot))) {
        return true;
      }
    }
    return false;
  }

  /** Removes a port, a final dot and brackets; normalizes an address to Java's form. */
  private static String name(String authority) {
    var address = AddressText.node(authority);
    if (address.isPresent()) {
      return AddressText.of(address.get());
    }
    int colon = authority.indexOf(':');
    var host = colon < 0 ? authority : authority.substring(0, colon);
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  private static String unbracketed(String text) {
    return text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
  }
}
