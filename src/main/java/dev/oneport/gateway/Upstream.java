package dev.oneport.gateway;

import dev.oneport.api.Protocol;
import dev.oneport.config.Section;
import dev.oneport.gateway.assertion.AssertionSettings;
import dev.oneport.gateway.idtoken.IdTokenSettings;
import dev.oneport.gateway.standing.HealthSettings;
import dev.oneport.gateway.standing.RetrySettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A service to which calls are forwarded.
 *
 * @param name its name in {@code upstreams}
 * @param addresses the addresses of its instances; at least one
 * @param ca a file with the certificates to trust instead of the system's
 * @param keepHost whether requests keep the client's {@code Host} instead of the upstream's address
 * @param maxConnections the most HTTP/1.1 connections to all its addresses together
 * @param maxHeaderSize the most bytes of a response's head, and of its trailers
 * @param idToken the ID token of the server's own identity that it gets, if it does
 * @param health how its addresses are checked, if they are
 * @param retries how failures limit what is tried
 * @param assertion the signed assertion that it gets about callers, if it does
 */
public record Upstream(
    String name,
    Scheme scheme,
    List<Address> addresses,
    Optional<Path> ca,
    UpstreamTimes times,
    boolean keepHost,
    int maxConnections,
    int maxHeaderSize,
    IdentityHeaders identity,
    Optional<AssertionSettings> assertion,
    Optional<IdTokenSettings> idToken,
    Optional<HealthSettings> health,
    RetrySettings retries) {
  private static final int KIB = 1 << 10;
  private static final Address UNKNOWN = new Address("", 0);

  public Upstream {
    addresses = List.copyOf(addresses);
  }

  /** Reads an upstream, adds how its schema is found, and closes the section. */
  static Upstream read(String name, Section section, Map<String, SchemaSource> schemas) {
    try (section) {
      var urls = urls(section);
      var scheme = urls.isEmpty() ? Scheme.HTTP : urls.getFirst().scheme();
      if (urls.stream().anyMatch(url -> url.scheme() != scheme)) {
        section.problem("url", "all URLs of an upstream must have the same scheme");
      }
      schemas.put(
          name, SchemaSource.read(section, urls.isEmpty() || scheme.carries(Protocol.GRPC)));
      var ca = section.text("ca").map(Path::of);
      if (ca.isPresent()) {
        if (!scheme.tls()) {
          section.problem("ca", "is for https only");
        }
        UpstreamTls.problem(ca.get()).ifPresent(problem -> section.problem("ca", problem));
      }
      var addresses = urls.stream().map(Url::address).toList();
      var first = urls.isEmpty() ? "" : urls.getFirst().toString();
      var identity = IdentityHeaders.read(section);
      return new Upstream(
          name,
          scheme,
          addresses.isEmpty() ? List.of(UNKNOWN) : addresses,
          ca,
          UpstreamTimes.read(section),
          section.flag("keep-host", false),
          section.integer("max-connections", 1000, 1, 1_000_000),
          section.bytes("max-header-size", 64 * KIB, KIB, 16 << 20),
          identity,
          AssertionSettings.read(section, first, IdentityHeaders::isFree),
          IdTokenSettings.read(
              section,
              first,
              scheme.tls() || addresses.stream().allMatch(Address::isLocal),
              identity.forwardAuthorization()),
          HealthSettings.read(
              section, scheme.carries(Protocol.HTTP), scheme.carries(Protocol.GRPC)),
          RetrySettings.read(section));
    }
  }

  private record Url(Scheme scheme, Address address) {
    @Override
    public String toString() {
      return scheme + "://" + address.authority(scheme.defaultPort());
    }
  }

  private static List<Url> urls(Section section) {
    var urls = new ArrayList<Url>();
    var texts = section.texts("url");
    if (texts.isEmpty() && !section.hasProblem("url")) {
      section.problem("url", "must say where the upstream is, such as http://127.0.0.1:8081");
    }
    for (var text : texts) {
      url(text)
          .ifPresentOrElse(
              urls::add,
              () ->
                  section.problem(
                      "url",
                      "'"
                          + text
                          + "' is not a URL such as http://127.0.0.1:8081, https://live.internal or"
                          + " h2c://ledger:9090, without path"));
    }
    return urls;
  }

  private static Optional<Url> url(String text) {
    try {
      var uri = new URI(text);
      var scheme = Scheme.parse(String.valueOf(uri.getScheme()));
      var path = String.valueOf(uri.getRawPath());
      if (scheme.isEmpty()
          || uri.getHost() == null
          || uri.getRawUserInfo() != null
          || !(path.isEmpty() || path.equals("/"))
          || uri.getRawQuery() != null
          || uri.getRawFragment() != null
          || uri.getPort() == 0
          || uri.getPort() > 65_535) {
        return Optional.empty();
      }
      var host = uri.getHost().replaceAll("[\\[\\]]", "");
      var port = uri.getPort() < 0 ? scheme.get().defaultPort() : uri.getPort();
      return Optional.of(new Url(scheme.get(), new Address(host, port)));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
