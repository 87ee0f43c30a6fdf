package dev.oneport.access;

import dev.oneport.access.Decision.Allowed;
import dev.oneport.access.Decision.Denied;
import dev.oneport.audit.AuditLog;
import dev.oneport.identity.Caller;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.DirectHandler;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.RequestException;
import io.helidon.http.WritableHeaders;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.helidon.websocket.WsUpgradeException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the listener of one WebSocket: asks the {@link Gate} while the request is still
 * HTTP, and refuses with an HTTP answer where it says no. The application's listener is made only
 * for calls that are allowed.
 */
public final class WebSocketGuard implements WsListener {
  private final Gate gate;
  private final AuditLog audit;
  private final Route route;
  private final Supplier<? extends WsListener> listeners;

  private @Nullable Open open;

  private record Open(WsListener listener, ScopedValue.Carrier caller) {}

  public WebSocketGuard(
      Gate gate, AuditLog audit, Route route, Supplier<? extends WsListener> listeners) {
    this.gate = gate;
    this.audit = audit;
    this.route = route;
    this.listeners = listeners;
  }

  @Override
  public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers)
      throws WsUpgradeException {
    var bearer = BearerSubprotocol.in(headers);
    var watch = new CallWatch(audit, route, "");
    return switch (gate.decide(route, HttpGuard.credential(headers, gate, bearer.tokens()))) {
      case Allowed allowed -> {
        var caller = Caller.as(allowed.caller());
        var opened = new Open(caller.call(listeners::get), caller);
        this.open = opened;
        var chosen =
            caller.call(() -> opened.listener().onHttpUpgrade(prologue, bearer.without(headers)));
        watch.ended(allowed, "101");
        yield Optional.of(bearer.answer(chosen.orElseGet(WritableHeaders::create)));
      }
      case Denied denied -> {
        watch.denied(denied, String.valueOf(denied.reason().http()));
        throw refusal(denied.reason());
      }
    };
  }

  @Override
  public void onOpen(WsSession session) {
    run(listener -> listener.onOpen(session));
  }

  @Override
  public void onMessage(WsSession session, String text, boolean last) {
    run(listener -> listener.onMessage(session, text, last));
  }

  @Override
  public void onMessage(WsSession session, BufferData buffer, boolean last) {
    run(listener -> listener.onMessage(session, buffer, last));
  }

  @Override
  public void onPing(WsSession session, BufferData buffer) {
    run(listener -> listener.onPing(session, buffer));
  }

  @Override
  public void onPong(WsSession session, BufferData buffer) {
    run(listener -> listener.onPong(session, buffer));
  }

  @Override
  public void onClose(WsSession session, int status, String reason) {
    run(listener -> listener.onClose(session, status, reason));
  }

  @Override
  public void onError(WsSession session, Throwable error) {
    run(listener -> listener.onError(session, error));
  }

  private void run(Consumer<WsListener> callback) {
    var now = Objects.requireNonNull(open);
    now.caller().run(() -> callback.accept(now.listener()));
  }

  private static RequestException refusal(Reason reason) {
    var problem = HttpProblem.of(reason);
    var refusal =
        RequestException.builder()
            .type(DirectHandler.EventType.OTHER)
            .status(problem.status())
            .header(HttpProblem.CONTENT_TYPE)
            .message(problem.json())
            .safeMessage(true);
    HttpProblem.headers(reason).forEach(refusal::header);
    return refusal.build();
  }
}
