package dev.oneport.transport.http2;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Optional;
import java.util.Set;

/**
 * Decides by the first bytes whether a connection is HTTP/2. {@code PRI} is sufficient: it is not
 * an HTTP/1.1 method (RFC 9113 section 3.4), and the rest of the preface may not have arrived.
 */
final class Http2Selector implements ServerConnectionSelector {
  private static final byte[] METHOD = {'P', 'R', 'I'};

  private final Http2Server server;

  Http2Selector(Http2Server server) {
    this.server = server;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    int known = Math.min(data.available(), METHOD.length);
    for (int i = 0; i < known; i++) {
      if (data.read() != METHOD[i]) {
        return Support.UNSUPPORTED;
      }
    }
    return known == METHOD.length ? Support.SUPPORTED : Support.UNKNOWN;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of("h2");
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return server.connection(context, Optional.empty());
  }
}
