package dev.oneport.gateway;

import dev.oneport.transport.time.DeadlineWatch;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.websocket.WsListener;
import java.util.Map;
import java.util.Objects;

/**
 * The forwards of one configuration; a call uses the same forwards from its beginning to its end.
 */
public final class Forwarding {
  static final Forwarding NONE =
      new Forwarding(ForwardTable.EMPTY, Map.of(), Map.of(), new DeadlineWatch());

  private final ForwardTable table;
  private final Map<Upstream, HttpForwarder> http;
  private final Map<Upstream, SocketForwarder> sockets;
  private final DeadlineWatch watchdog;

  Forwarding(
      ForwardTable table,
      Map<Upstream, HttpForwarder> http,
      Map<Upstream, SocketForwarder> sockets,
      DeadlineWatch watchdog) {
    this.table = table;
    this.http = Map.copyOf(http);
    this.sockets = Map.copyOf(sockets);
    this.watchdog = watchdog;
  }

  /** The route of each call. */
  public ForwardTable table() {
    return table;
  }

  /** Forwards a request that its guard has allowed. */
  public void forward(
      ServerRequest request,
      ServerResponse response,
      ForwardedRoute forwarded,
      CanonicalPath path) {
    Objects.requireNonNull(http.get(forwarded.forward().upstream()))
        .forward(request, response, forwarded, path);
  }

  /** The listener of a socket that its guard has allowed. */
  public WsListener socket(ForwardedRoute forwarded, CanonicalPath path) {
    var forwarder = Objects.requireNonNull(sockets.get(forwarded.forward().upstream()));
    return new ForwardedSocket(forwarder, forwarded, path, watchdog);
  }
}
