package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.gate.Decision.Allowed;
import dev.oneport.gate.Decision.Denied;
import dev.oneport.transport.websocket.AnsweredUpgrade;
import dev.oneport.transport.websocket.RefusedUpgrade;
import dev.oneport.transport.websocket.UpgradeRefusals;
import dev.oneport.transport.websocket.WebSocketServer;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.socket.SocketContext;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.HttpException;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.helidon.websocket.WsUpgradeException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Guards the listener of one WebSocket: asks the {@link Gate} while the request is still HTTP, and
 * refuses a denied upgrade with an HTTP response. The application's listener is created only for
 * allowed calls, and gets messages only while they are allowed.
 */
public final class WebSocketGuard implements WsListener, UpgradeRefusals {
  private final Entrance entrance;
  private final Supplier<? extends WsListener> listeners;

  private @Nullable OpenSocket open;
  private boolean within;

  /** The path of a forwarded socket; empty if a service answers. */
  private final String path;

  private final Function<HttpPrologue, Map<String, String>> parameters;

  public WebSocketGuard(Entrance entrance, Supplier<? extends WsListener> listeners) {
    this(
        entrance,
        listeners,
        "",
        prologue -> PathVariables.of(entrance.route().name(), prologue.uriPath()));
  }

  /**
   * Guards a forwarded socket.
   *
   * @param path the path for the audit, without a query
   * @param parameters the values of the path's variables
   */
  public static WebSocketGuard forwarding(
      Entrance entrance,
      Supplier<? extends WsListener> listeners,
      String path,
      Supplier<Map<String, String>> parameters) {
    return new WebSocketGuard(entrance, listeners, path, _ -> parameters.get());
  }

  private WebSocketGuard(
      Entrance entrance,
      Supplier<? extends WsListener> listeners,
      String path,
      Function<HttpPrologue, Map<String, String>> parameters) {
    this.entrance = entrance;
    this.listeners = listeners;
    this.path = path;
    this.parameters = parameters;
  }

  @Override
  public boolean served() {
    return entrance.gate().policy().isMounted(entrance.route());
  }

  @Override
  public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers)
      throws WsUpgradeException {
    var bearer = BearerSubprotocol.in(headers);
    var gate = entrance.gate();
    var watch = watch(prologue, headers);
    var peer = WebSocketServer.connecting().map(SocketContext::remotePeer).orElse(null);
    var credential =
        HttpGuard.credential(watch.route(), headers, gate, bearer.tokens(), Peer.of(peer));
    return switch (gate.admitStream(watch, credential, connection())) {
      case Allowed(var admission) -> {
        var socket = new OpenSocket(gate, watch, admission, credential.shown());
        open = socket;
        yield Optional.of(upgrade(socket, prologue, headers, bearer));
      }
      case Denied denied -> throw refusal(denied);
    };
  }

  @Override
  public RequestException refusal(RefusedUpgrade why, HttpPrologue prologue, Headers headers) {
    var watch = watch(prologue, headers);
    var denied = entrance.gate().turnedAway(watch).orElseGet(() -> denied(why, watch.arrival()));
    watch.denied(denied);
    return refusal(denied);
  }

  private static Denied denied(RefusedUpgrade why, Arrival arrival) {
    return switch (why) {
      case ORIGIN ->
          Gate.denied(
              Reason.CALLER_NOT_ALLOWED, "the page's origin is not " + arrival.origin(secure()));
      case FULL -> Gate.denied(Reason.LIMIT_EXCEEDED, "too many open sockets");
      case DRAINING -> Gate.denied(Reason.DRAINING, "the server is stopping");
    };
  }

  private static boolean secure() {
    return WebSocketServer.connecting().filter(SocketContext::isSecure).isPresent();
  }

  @Override
  public void invalid(RequestException answer, HttpPrologue prologue, Headers headers) {
    watch(prologue, headers).refused(answer);
  }

  @Override
  public void onOpen(WsSession session) {
    socket().opened(session);
    deliver(listener -> listener.onOpen(session));
  }

  @Override
  public void onMessage(WsSession session, String text, boolean last) {
    socket().received(text);
    if (!consumes(session, last ? text : "", last)) {
      deliver(listener -> listener.onMessage(session, text, last));
    }
  }

  @Override
  public void onMessage(WsSession session, BufferData buffer, boolean last) {
    socket().received(buffer.available());
    if (!consumes(session, "", last)) {
      deliver(listener -> listener.onMessage(session, buffer, last));
    }
  }

  /** Decides by the beginning of a message, but handles only whole messages. */
  private boolean consumes(WsSession session, String text, boolean last) {
    var begins = !within;
    within = !last;
    return begins ? socket().consumes(session, text) : socket().ended();
  }

  @Override
  public void onPing(WsSession session, BufferData buffer) {
    deliver(listener -> listener.onPing(session, buffer));
  }

  @Override
  public void onPong(WsSession session, BufferData buffer) {
    deliver(listener -> listener.onPong(session, buffer));
  }

  @Override
  public void onClose(WsSession session, int status, String reason) {
    socket().closed(session, status);
    if (socket().wasOpened()) {
      deliver(listener -> listener.onClose(session, status, reason));
    } else if (socket().listener() instanceof UpstreamSocket upstream) {
      upstream.abandoned();
    }
  }

  @Override
  public void onError(WsSession session, Throwable error) {
    var thrown = error instanceof MappedClose mapped ? mapped.thrown() : error;
    if (socket().wasOpened()) {
      deliver(listener -> listener.onError(session, thrown));
    }
  }

  private Headers upgrade(
      OpenSocket socket, HttpPrologue prologue, Headers headers, BearerSubprotocol bearer)
      throws WsUpgradeException {
    var status = Status.INTERNAL_SERVER_ERROR_500;
    try {
      var seen = bearer.without(headers);
      var listener = socket.scope().call(listeners::get);
      socket.listener(listener);
      if (listener instanceof UpstreamSocket upstream) {
        upstream.onFailure(socket::failed);
      }
      var chosen = socket.scope().call(() -> listener.onHttpUpgrade(prologue, seen));
      var answer = bearer.answer(chosen.orElseGet(WritableHeaders::create));
      status = Status.SWITCHING_PROTOCOLS_101;
      return answer;
    } catch (RequestException e) {
      status = e.status();
      throw isWhole(e) ? e : refusal(HttpProblem.of(e.status()).with(e.responseHeaders()));
    } catch (AnsweredUpgrade e) {
      status = e.status();
      throw e;
    } catch (HttpException e) {
      status = e.status();
      throw refusal(HttpProblem.of(e.status()).with(e.headers()));
    } catch (WsUpgradeException e) {
      status = Status.BAD_REQUEST_400;
      throw e;
    } catch (FailedCall e) {
      var problem = HttpProblem.of(e);
      status = problem.status();
      socket.refused(e);
      throw refusal(problem);
    } catch (Throwable e) {
      var told = entrance.mapped(e);
      if (told.isEmpty()) {
        throw e;
      }
      var problem = new MappedFailure(told.get(), e).problem();
      status = problem.status();
      throw refusal(problem);
    } finally {
      if (status.code() != Status.SWITCHING_PROTOCOLS_101.code()) {
        socket.refused(status);
      }
    }
  }

  /**
   * Whether the listener's refusal is a complete response: one with a body, or a status that is not
   * an error.
   */
  private static boolean isWhole(RequestException e) {
    return e.status().code() < 400
        || (e.safeMessage() && e.responseHeaders().contains(HeaderNames.CONTENT_TYPE));
  }

  private CallWatch watch(HttpPrologue prologue, Headers headers) {
    var peer = WebSocketServer.connecting().map(socket -> socket.remotePeer().address());
    var from = entrance.gate().perimeter().arrival(peer.orElse(null), headers);
    // Read at once, because a socket that stays open must not keep its request.
    var values = parameters.apply(prologue);
    var arrival = values.isEmpty() ? from : from.at(() -> values);
    return entrance.watch(HttpGuard.request(prologue, headers, arrival).at(path), arrival);
  }

  private void deliver(Consumer<WsListener> callback) {
    var socket = socket();
    try {
      socket.scope().run(() -> callback.accept(socket.listener()));
    } catch (Throwable e) {
      var told = entrance.mapped(e);
      if (told.isEmpty()) {
        throw e;
      }
      socket.failed(told.get().getStatus().getCode());
      throw new MappedClose(told.get(), e);
    }
  }

  private OpenSocket socket() {
    return Objects.requireNonNull(open);
  }

  private Object connection() {
    return WebSocketServer.connecting()
        .<Object>map(socket -> socket.remotePeer().address())
        .orElse(this);
  }

  private static RequestException refusal(Denied denied) {
    return refusal(HttpProblem.of(denied.reason(), denied.retryAfter()));
  }

  private static RequestException refusal(HttpProblem problem) {
    var refusal =
        RequestException.builder()
            .type(DirectHandler.EventType.OTHER)
            .status(problem.status())
            .header(HttpProblem.CONTENT_TYPE)
            .message(problem.json())
            .safeMessage(true);
    problem.headers().forEach(refusal::header);
    return refusal.build();
  }
}
