package dev.oneport.transport.http1;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/** Takes what is not HTTP/2, malformed or not, so that it gets an answer. */
final class Http1Selector implements ServerConnectionSelector {
  private final Http1Server server;

  Http1Selector(Http1Server server) {
    this.server = server;
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData first) {
    return switch (Preface.of(first)) {
      case WHOLE -> Support.UNSUPPORTED;
      case PARTIAL -> Support.UNKNOWN;
      case NONE -> Support.SUPPORTED;
    };
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of("http/1.1");
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    return server.connection(context, null);
  }
}
