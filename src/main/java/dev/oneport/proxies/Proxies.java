package dev.oneport.proxies;

import dev.oneport.config.Section;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Determines the client of a request. A header counts only if the connection's peer is a trusted
 * proxy, and only the part that trusted proxies wrote: the client is the rightmost address that is
 * not a trusted proxy's. An address that no trusted proxy reported is never used.
 *
 * @param networks the addresses of trusted proxies
 * @param cloudRun whether the front end of Google Cloud Run is also trusted: see {@link CloudRun}
 */
public record Proxies(List<Network> networks, boolean cloudRun, ForwardedHeader header) {
  /** Trusts no proxy. */
  public static final Proxies NONE = new Proxies(List.of(), false, ForwardedHeader.X_FORWARDED_FOR);

  private static final String CLOUD_RUN_WORD = "cloud-run";
  private static final String NONE_WORD = "none";

  /** Longer than any chain of proxies; earlier elements are ignored. */
  private static final int MOST_HOPS = 128;

  private static final Pattern HOST =
      Pattern.compile("(?:[A-Za-z0-9._~-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}])(?::\\d{1,5})?");

  public Proxies {
    networks = List.copyOf(networks);
  }

  /**
   * Reads {@code trusted-proxies} and {@code forwarded-header}.
   *
   * @param onCloudRun whether to trust the front end of Cloud Run by default
   */
  public static Proxies read(Section section, boolean onCloudRun) {
    var header = section.choice("forwarded-header", ForwardedHeader.X_FORWARDED_FOR);
    var trusted = section.texts("trusted-proxies");
    boolean cloudRun =
        section.has("trusted-proxies") ? trusted.contains(CLOUD_RUN_WORD) : onCloudRun;
    if (cloudRun && header != ForwardedHeader.X_FORWARDED_FOR) {
      section.problem("forwarded-header", "must be x-forwarded-for on Cloud Run");
    }
    if (trusted.contains(NONE_WORD) && trusted.size() > 1) {
      section.problem("trusted-proxies", "must be '" + NONE_WORD + "' alone or without it");
    }
    section.warnIf(
        !cloudRun && (trusted.isEmpty() || trusted.contains(NONE_WORD)),
        "forwarded-header",
        "no proxy is trusted; name them in trusted-proxies");
    var networks = new ArrayList<Network>();
    for (var text : trusted) {
      if (!text.equals(CLOUD_RUN_WORD) && !text.equals(NONE_WORD)) {
        try {
          networks.add(Network.of(text));
        } catch (IllegalArgumentException e) {
          section.problem(
              "trusted-proxies",
              "'"
                  + text
                  + "' "
                  + e.getMessage()
                  + "; write a range such as 10.0.0.0/8, an address, "
                  + CLOUD_RUN_WORD
                  + " or "
                  + NONE_WORD);
        }
      }
    }
    return new Proxies(networks, cloudRun, header);
  }

  /** Whether any proxy is trusted. */
  public boolean any() {
    return cloudRun || !networks.isEmpty();
  }

  /** Whether the peer of a connection is a trusted proxy. */
  public boolean trusts(SocketAddress peer) {
    return peer instanceof InetSocketAddress inet && trustsPeer(inet.getAddress());
  }

  /**
   * The client of a request.
   *
   * @param peer the peer of the connection
   * @param headers returns all values of a header in order, by its name in lower case
   */
  public Client client(SocketAddress peer, Function<String, List<String>> headers) {
    if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
      return Client.UNKNOWN;
    }
    if (!trustsPeer(inet.getAddress())) {
      return Client.at(inet.getAddress());
    }
    return switch (header) {
      case X_FORWARDED_FOR -> xForwarded(inet.getAddress(), headers);
      case FORWARDED -> forwarded(inet.getAddress(), headers.apply("forwarded"));
    };
  }

  private Client xForwarded(InetAddress peer, Function<String, List<String>> headers) {
    var elements = new LastFirst(headers.apply("x-forwarded-for"), false);
    var client = peer;
    int hops = 0;
    boolean proxy = true;
    while (proxy && hops < MOST_HOPS) {
      var element = elements.next();
      if (element.isEmpty()) {
        break;
      }
      hops++;
      var address = AddressText.node(element.get());
      if (address.isEmpty()) {
        break;
      }
      client = address.get();
      proxy = trustsHop(client);
    }
    return new Client(
        client,
        proxy,
        scheme(said(headers.apply("x-forwarded-proto"), hops)),
        host(said(headers.apply("x-forwarded-host"), hops)));
  }

  /**
   * The value reported by the farthest of this many proxies: the first value if there is only one,
   * as with most proxies, otherwise the value at the same distance from the end as the proxy's
   * address.
   */
  private static String said(List<String> lines, int hops) {
    var elements = new LastFirst(lines, false);
    var said = "";
    for (int i = 0; i < Math.max(1, hops); i++) {
      var element = elements.next();
      if (element.isEmpty()) {
        break;
      }
      said = element.get();
    }
    return said;
  }

  private Client forwarded(InetAddress peer, List<String> lines) {
    var elements = new LastFirst(lines, true);
    var client = peer;
    var scheme = "";
    var host = "";
    boolean proxy = true;
    for (int hops = 0; proxy && hops < MOST_HOPS; hops++) {
      var text = elements.next();
      if (text.isEmpty()) {
        break;
      }
      var element = ForwardedElement.of(text.get());
      scheme = element.value("proto").map(Proxies::scheme).orElse(scheme);
      host = element.value("host").map(Proxies::host).orElse(host);
      var address = element.value("for").flatMap(AddressText::node);
      if (address.isEmpty()) {
        break;
      }
      client = address.get();
      proxy = trustsHop(client);
    }
    return new Client(client, proxy, scheme, host);
  }

  /** Maps a WebSocket's scheme, which some proxies report. */
  private static String scheme(String said) {
    return switch (said.toLowerCase(Locale.ROOT)) {
      case "http", "ws" -> "http";
      case "https", "wss" -> "https";
      default -> "";
    };
  }

  private static String host(String said) {
    return HOST.matcher(said).matches() ? said : "";
  }

  private boolean trustsPeer(InetAddress address) {
    return trustsNetwork(address) || (cloudRun && CloudRun.isPeer(address));
  }

  private boolean trustsHop(InetAddress address) {
    return trustsNetwork(address) || (cloudRun && CloudRun.isHop(address));
  }

  private boolean trustsNetwork(InetAddress address) {
    for (var network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
