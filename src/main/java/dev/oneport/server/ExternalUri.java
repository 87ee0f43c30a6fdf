package dev.oneport.server;

import dev.oneport.proxies.Proxies;
import io.helidon.common.uri.UriInfo;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.HeaderNames;
import io.helidon.http.RequestedUriDiscoveryContext;
import io.helidon.http.ServerRequestHeaders;
import java.net.SocketAddress;
import java.util.List;

/**
 * The URI that the client requested, for {@code ServerRequest.requestedUri()}, which handlers use
 * in links and redirects. A trusted proxy's headers determine its scheme and host.
 */
record ExternalUri(Proxies proxies) implements RequestedUriDiscoveryContext {
  private static final RequestedUriDiscoveryContext DIRECT =
      RequestedUriDiscoveryContext.builder().build();

  @Override
  public UriInfo uriInfo(
      SocketAddress remote,
      SocketAddress local,
      String path,
      ServerRequestHeaders headers,
      UriQuery query,
      boolean secure) {
    var direct = DIRECT.uriInfo(remote, local, path, headers, query, secure);
    if (!proxies.trusts(remote)) {
      return direct;
    }
    var client = proxies.client(remote, name -> headers.all(HeaderNames.create(name), List::of));
    return UriInfo.builder()
        .scheme(client.scheme(secure))
        .authority(client.host().isEmpty() ? direct.authority() : client.host())
        .path(direct.path())
        .query(query)
        .build();
  }
}
