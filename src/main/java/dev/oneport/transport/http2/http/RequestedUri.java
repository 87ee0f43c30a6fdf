package dev.oneport.transport.http2.http;

import io.helidon.common.uri.UriInfo;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.RequestedUriDiscoveryContext;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.ConnectionContext;

/** The URI that the client requested, with proxies handled as the listener is configured. */
public final class RequestedUri {
  private static final RequestedUriDiscoveryContext DEFAULT =
      RequestedUriDiscoveryContext.builder().build();

  private RequestedUri() {}

  public static UriInfo of(
      ConnectionContext connection, String path, ServerRequestHeaders headers, UriQuery query) {
    return connection
        .listenerContext()
        .config()
        .requestedUriDiscoveryContext()
        .orElse(DEFAULT)
        .uriInfo(
            connection.remotePeer().address(),
            connection.localPeer().address(),
            path,
            headers,
            query,
            connection.isSecure());
  }
}
