package dev.oneport.gateway;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.Objects;

/** What is forwarded at one time; a call goes by the same one from its beginning to its end. */
public final class Forwarding {
  static final Forwarding NONE = new Forwarding(ForwardTable.EMPTY, Map.of());

  private final ForwardTable table;
  private final Map<Upstream, HttpForwarder> http;

  Forwarding(ForwardTable table, Map<Upstream, HttpForwarder> http) {
    this.table = table;
    this.http = Map.copyOf(http);
  }

  /** The route of each call. */
  public ForwardTable table() {
    return table;
  }

  /** Forwards a request that its guard has allowed. */
  public void forward(
      ServerRequest request, ServerResponse response, Forward forward, CanonicalPath path) {
    Objects.requireNonNull(http.get(forward.upstream())).forward(request, response, forward, path);
  }
}
