package dev.oneport.transport.websocket;

import io.helidon.common.socket.SocketContext;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.Locale;

/** Says which origin a server has for the client of a request. */
@FunctionalInterface
public interface OwnOrigin {
  /** For clients that connect to this server itself: the connection's scheme, and {@code Host}. */
  OwnOrigin DIRECT =
      (socket, headers) -> {
        var scheme = socket.isSecure() ? "https://" : "http://";
        var host = headers.first(HeaderNames.HOST).orElse("").toLowerCase(Locale.ROOT);
        var port = socket.isSecure() ? ":443" : ":80";
        var end = host.endsWith(port) ? host.length() - port.length() : host.length();
        return host.isEmpty() ? "" : scheme + host.substring(0, end);
      };

  /** In lower case and without the scheme's own port; empty if it is not known. */
  String of(SocketContext socket, Headers request);
}
