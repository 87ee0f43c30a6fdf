package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.proxies.Client;
import dev.oneport.proxies.Hosts;
import dev.oneport.proxies.Proxies;
import io.helidon.common.socket.SocketContext;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.Handler;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of every request, whoever makes it: where it comes from, and which host it asks
 * for.
 */
public record Perimeter(Proxies proxies, Hosts hosts) {
  /** Trusts no proxy and answers to any host. */
  public static final Perimeter OPEN = new Perimeter(Proxies.NONE, Hosts.ANY);

  /** Where an HTTP request, or a WebSocket upgrade, comes from. */
  Arrival arrival(@Nullable SocketAddress peer, Headers headers) {
    return arrival(
        peer,
        name -> headers.all(HeaderNames.create(name), List::of),
        headers.first(HeaderNames.HOST).orElse(""));
  }

  /** Where a request with these headers comes from. */
  Arrival arrival(
      @Nullable SocketAddress peer, Function<String, List<String>> headers, String host) {
    return new Arrival(peer == null ? Client.UNKNOWN : proxies.client(peer, headers), host);
  }

  /** The origin that this server has for the client of an HTTP request; empty if not known. */
  public String origin(SocketContext socket, Headers headers) {
    return arrival(socket.remotePeer().address(), headers).origin(socket.isSecure());
  }

  /** Puts the check of the host in front of a handler that no guard is in front of. */
  public Handler guard(Handler handler) {
    return (request, response) -> {
      if (hosts.allow(request.headers().first(HeaderNames.HOST).orElse(""))) {
        handler.handle(request, response);
      } else {
        HttpProblem.of(Reason.MISDIRECTED_REQUEST).send(response);
      }
    };
  }
}
