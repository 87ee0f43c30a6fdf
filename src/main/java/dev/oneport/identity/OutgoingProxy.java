package dev.oneport.identity;

import dev.oneport.config.Section;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The proxy through which issuers are reached, as the environment names it for most programs:
 * {@code https_proxy} or {@code HTTPS_PROXY} for https URLs, {@code http_proxy} or {@code
 * HTTP_PROXY} for http URLs, and {@code no_proxy} or {@code NO_PROXY} for what is reached without.
 * Of two, the one in lower case counts, as with curl.
 */
record OutgoingProxy(Optional<Server> https, Optional<Server> http, DirectHosts direct) {
  static final OutgoingProxy NONE =
      new OutgoingProxy(Optional.empty(), Optional.empty(), DirectHosts.of(""));

  /** Java refuses to send a password to a proxy for https unless this property is empty. */
  private static final String REFUSED_SCHEMES = "jdk.http.auth.tunneling.disabledSchemes";

  private static final int PORT = 80;
  private static final int MAX_PORT = 65535;

  /**
   * A proxy.
   *
   * @param user empty if it wants none
   */
  record Server(String host, int port, String user, String password) {
    /** Without the password. */
    @Override
    public String toString() {
      return host + ":" + port;
    }

    Proxy proxy() {
      return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
    }
  }

  /** Reads the environment. A proxy that cannot be used is reported, without its password. */
  static OutgoingProxy read(Section section) {
    var https = server(section, "HTTPS_PROXY");
    var http = server(section, "HTTP_PROXY");
    if (https.filter(it -> !it.user().isEmpty()).isPresent()
        && System.getProperty(REFUSED_SCHEMES) == null) {
      System.setProperty(REFUSED_SCHEMES, "");
    }
    return https.isEmpty() && http.isEmpty()
        ? NONE
        : new OutgoingProxy(
            https, http, DirectHosts.of(section.variable(name(section, "NO_PROXY")).orElse("")));
  }

  /** The name in lower case if it is set, otherwise the one in upper case. */
  private static String name(Section section, String upper) {
    var lower = upper.toLowerCase(Locale.ROOT);
    return section.variable(lower).filter(it -> !it.isBlank()).isPresent() ? lower : upper;
  }

  private static Optional<Server> server(Section section, String upper) {
    var name = name(section, upper);
    var value = section.variable(name).filter(it -> !it.isBlank());
    var server = value.flatMap(OutgoingProxy::parse);
    if (value.isPresent() && server.isEmpty()) {
      section.variableProblem(name, "must be an HTTP proxy such as http://proxy.example:3128");
    }
    return server;
  }

  private static Optional<Server> parse(String text) {
    try {
      var uri = new URI(text.contains("://") ? text.strip() : "http://" + text.strip());
      var port = uri.getPort() < 0 ? PORT : uri.getPort();
      if (!"http".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || port > MAX_PORT) {
        return Optional.empty();
      }
      var user = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
      int colon = user.indexOf(':');
      return Optional.of(
          new Server(
              uri.getHost(),
              port,
              decoded(colon < 0 ? user : user.substring(0, colon)),
              colon < 0 ? "" : decoded(user.substring(colon + 1))));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /** The proxy for a URL; empty if its server is reached without one. */
  Optional<Server> at(URI uri) {
    var secure = "https".equalsIgnoreCase(uri.getScheme());
    var port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : PORT;
    return uri.getHost() == null || direct.has(uri.getHost(), port)
        ? Optional.empty()
        : secure ? https : http;
  }

  /** Makes a client use the proxies; without any, the system properties of Java count. */
  void use(HttpClient.Builder client) {
    if (this.equals(NONE)) {
      return;
    }
    client.proxy(new Selector(this));
    client.authenticator(
        new Authenticator() {
          @Override
          protected @Nullable PasswordAuthentication getPasswordAuthentication() {
            return getRequestorType() == RequestorType.PROXY ? password() : null;
          }

          private @Nullable PasswordAuthentication password() {
            return Stream.concat(https.stream(), http.stream())
                .filter(it -> it.port() == getRequestingPort() && !it.user().isEmpty())
                .filter(it -> it.host().equalsIgnoreCase(getRequestingHost()))
                .findFirst()
                .map(it -> new PasswordAuthentication(it.user(), it.password().toCharArray()))
                .orElse(null);
          }
        });
  }

  private static final class Selector extends ProxySelector {
    private final OutgoingProxy proxies;

    Selector(OutgoingProxy proxies) {
      this.proxies = proxies;
    }

    @Override
    public List<Proxy> select(URI uri) {
      return List.of(proxies.at(uri).map(Server::proxy).orElse(Proxy.NO_PROXY));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
      // The fetch fails with the same failure.
    }
  }
}
