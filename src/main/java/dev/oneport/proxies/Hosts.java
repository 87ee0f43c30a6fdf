package dev.oneport.proxies;

import dev.oneport.config.Section;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The names that the server answers to. A page whose own name was pointed at this server (DNS
 * rebinding) is of the same origin as the server for its browser, and only {@code Host} shows that
 * it asks for another.
 *
 * @param names in lower case; one that begins with {@code *.} stands for all names below it
 * @param all whether any name will do
 * @param addresses whether any IP address will do, which no name server can have pointed here
 */
public record Hosts(Set<String> names, boolean all, boolean addresses) {
  /** Any name. */
  public static final Hosts ANY = new Hosts(Set.of(), true, true);

  /** The names that mean this machine on the machine itself, and addresses. */
  private static final Hosts LOCAL = new Hosts(Set.of("localhost", "*.localhost"), false, true);

  private static final Pattern NAME =
      Pattern.compile("(?:\\*\\.)?[a-z0-9_~-]+(?:\\.[a-z0-9_~-]+)*");
  private static final Pattern COMMA = Pattern.compile(",|%2C");

  public Hosts {
    names = Set.copyOf(names);
  }

  /**
   * Reads {@code hosts}.
   *
   * @param local whether only this machine can connect, and by no more than its own names unless
   *     the file says otherwise
   */
  public static Hosts read(Section section, boolean local) {
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
   * Whether the server answers to the host of a request.
   *
   * @param authority of {@code Host} or {@code :authority}, with or without a port; some gRPC
   *     clients name several addresses, and then it must answer to each
   */
  public boolean allow(String authority) {
    return all || Arrays.stream(COMMA.split(authority, -1)).allMatch(this::allowOne);
  }

  private boolean allowOne(String authority) {
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

  /** Without a port, a final dot, or brackets; an address in the form that Java writes. */
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
