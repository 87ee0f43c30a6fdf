package dev.oneport.transport.websocket;

import io.helidon.common.socket.SocketContext;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.Locale;

/** Determines the server's origin as the client of a request sees it. */
@FunctionalInterface
public interface OwnOrigin {
  /** For clients that connect directly: the connection's scheme, and {@code Host}. */
  OwnOrigin DIRECT =
      (socket, headers) -> {
        var scheme = socket.isSecure() ? "https://" : "http://";
        var host = headers.first(HeaderNames.HOST).orElse("").toLowerCase(Locale.ROOT);
        var port = socket.isSecure() ? ":443" : ":80";
        var end = host.endsWith(port) ? host.length() - port.length() : host.length();
        return host.isEmpty() ? "" : scheme + host.substring(0, end);
      };

  /** The origin, in lower case and without the scheme's default port; empty if unknown. */
  String of(SocketContext socket, Headers request);
}
