package dev.oneport.gateway;

import dev.oneport.api.Caller;
import dev.oneport.api.Reason;
import dev.oneport.api.Route;
import dev.oneport.gate.FailedCall;
import dev.oneport.proxies.Proxies;
import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.http1.client.OriginHead;
import dev.oneport.transport.http1.client.OriginRequest;
import dev.oneport.transport.http1.client.OriginResponse;
import dev.oneport.transport.http1.client.OriginTimeout;
import dev.oneport.transport.websocket.AnsweredUpgrade;
import dev.oneport.transport.websocket.OriginSocket;
import dev.oneport.transport.websocket.WebSocketServer;
import io.helidon.common.socket.SocketContext;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Opens WebSockets to one upstream on behalf of clients. */
final class SocketForwarder {
  private static final int SWITCHING = 101;

  /** The largest content of a refusal that is passed on. */
  private static final int MAX_REFUSAL = 64 << 10;

  private static final List<HeaderName> OF_CONTENT =
      List.of(HeaderNames.CONTENT_TYPE, HeaderNames.CONTENT_ENCODING);

  private static final String HANDSHAKE = "sec-websocket-";
  private static final String SUBPROTOCOL = "sec-websocket-protocol";

  private final Upstream upstream;
  private final UpstreamPool pool;
  private final ForwardedIdentity identity;
  private final Proxies proxies;

  SocketForwarder(
      Upstream upstream, UpstreamPool pool, ForwardedIdentity identity, Proxies proxies) {
    this.upstream = upstream;
    this.pool = pool;
    this.identity = identity;
    this.proxies = proxies;
  }

  Upstream upstream() {
    return upstream;
  }

  UpstreamPool pool() {
    return pool;
  }

  /**
   * An open socket to the upstream.
   *
   * @param answer the headers of the response that are passed on to the client
   */
  record Opened(Lent lent, OriginSocket socket, Headers answer) {}

  /**
   * Opens a socket.
   *
   * @throws AnsweredUpgrade if the upstream refuses it, with the upstream's own response
   * @throws RequestException likewise, if that is too large to be passed on whole
   * @throws FailedCall if the upstream cannot be reached
   */
  Opened open(
      HttpPrologue prologue, Headers headers, ForwardedRoute forwarded, CanonicalPath path) {
    var key = OriginSocket.newKey();
    var request =
        new OriginRequest(
            "GET",
            target(prologue, forwarded.forward(), path),
            fields(headers, key, forwarded.route()),
            OriginRequest.NONE);
    Lent lent = null;
    var opened = false;
    try {
      lent = pool.open();
      var connection = lent.connection();
      var _ = connection.send(request, new byte[0]);
      var response = connection.receive(false, _ -> {});
      if (response.head().status() != SWITCHING) {
        throw refusal(response);
      }
      var answer = answer(response.head(), key, headers);
      opened = true;
      return new Opened(lent, new OriginSocket(response.content(), connection.upgraded()), answer);
    } catch (OriginTimeout e) {
      throw failed(Reason.UPSTREAM_TIMEOUT, e);
    } catch (IOException e) {
      throw failed(Reason.UPSTREAM_UNAVAILABLE, e);
    } finally {
      if (lent != null && !opened) {
        pool.end(lent);
      }
    }
  }

  FailedCall failed(Reason reason, IOException failure) {
    return UpstreamFailure.of(upstream, reason, failure);
  }

  private static String target(HttpPrologue prologue, Forward forward, CanonicalPath path) {
    var query = prologue.query().rawValue();
    var changed = forward.path().apply(path.text());
    return query.isEmpty() ? changed : changed + "?" + query;
  }

  private List<HeaderLine> fields(Headers headers, String key, Route route) {
    var asked = headers.first(HeaderNames.HOST).orElse("");
    var address = upstream.addresses().getFirst();
    var host = upstream.keepHost() ? asked : address.authority(upstream.scheme().defaultPort());
    var fields = new ForwardedFields(headers, identity, requester(headers, asked), host, "1.1");
    fields
        .lines()
        .removeIf(
            line -> {
              var name = line.name().toLowerCase(Locale.ROOT);
              return name.startsWith(HANDSHAKE) && !name.equals(SUBPROTOCOL);
            });
    identity.headers(Caller.current(), route).forEach(fields::add);
    return fields
        .add("Connection", "Upgrade")
        .add("Upgrade", "websocket")
        .add("Sec-WebSocket-Version", "13")
        .add("Sec-WebSocket-Key", key)
        .lines();
  }

  private Requester requester(Headers headers, String asked) {
    var context = WebSocketServer.connecting();
    var peer = context.map(it -> it.remotePeer().address());
    var secure = context.filter(SocketContext::isSecure).isPresent();
    return peer.map(
            it -> proxies.client(it, name -> headers.all(HeaderNames.create(name), List::of)))
        .map(
            client ->
                new Requester(
                    client.text(),
                    client.scheme(secure),
                    client.host().isEmpty() ? asked : client.host()))
        .orElseGet(() -> new Requester("unknown", secure ? "https" : "http", asked));
  }

  /** The headers of the upstream's answer that the client gets. */
  private static Headers answer(OriginHead head, String key, Headers request) throws IOException {
    var accepted = HeaderLine.values(head.fields(), "sec-websocket-accept");
    var chosen = HeaderLine.values(head.fields(), SUBPROTOCOL);
    var offered =
        request.all(HeaderNames.create(SUBPROTOCOL), List::of).stream()
            .flatMap(value -> List.of(value.split(",", -1)).stream())
            .map(String::strip)
            .toList();
    if (!accepted.equals(List.of(OriginSocket.accept(key)))
        || HeaderLine.values(head.fields(), "upgrade").stream()
            .noneMatch("websocket"::equalsIgnoreCase)
        || !HopByHop.of(head.fields()).names("upgrade")
        || !HeaderLine.values(head.fields(), "sec-websocket-extensions").isEmpty()
        || chosen.size() > 1
        || !offered.containsAll(chosen)) {
      throw new IOException("not an answer to a WebSocket handshake");
    }
    var answer = WritableHeaders.create();
    var hops = HopByHop.of(head.fields());
    for (var line : head.fields()) {
      var name = line.name().toLowerCase(Locale.ROOT);
      if (!hops.has(name)
          && !name.equals("content-length")
          && (!name.startsWith(HANDSHAKE) || name.equals(SUBPROTOCOL))) {
        answer.add(HeaderValues.create(HeaderNames.create(name), line.value()));
      }
    }
    return answer;
  }

  /** The upstream's own response; without its content if that is too large to be held. */
  private static RuntimeException refusal(OriginResponse response) throws IOException {
    var head = response.head();
    var status = Status.create(head.status(), head.reason());
    var headers = WritableHeaders.create();
    var hops = HopByHop.of(head.fields());
    for (var line : head.fields()) {
      if (!hops.has(line.name()) && !line.named("content-length")) {
        headers.add(HeaderValues.create(HeaderNames.create(line.name()), line.value()));
      }
    }
    var content = response.content().readNBytes(MAX_REFUSAL + 1);
    if (content.length <= MAX_REFUSAL) {
      return new AnsweredUpgrade(status, headers, content);
    }
    OF_CONTENT.forEach(headers::remove);
    var refusal = RequestException.builder().type(EventType.OTHER).status(status);
    headers.forEach(refusal::header);
    return refusal.build();
  }
}
