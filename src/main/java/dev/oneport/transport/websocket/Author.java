package dev.oneport.transport.websocket;

import dev.oneport.transport.websocket.WebSocketFailure.Kind;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.concurrency.limits.LimitAlgorithm.Outcome;
import io.helidon.websocket.WsListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls a socket's listener, one call at a time, within the server's limit of concurrent requests.
 */
final class Author {
  private static final Logger LOG = System.getLogger(Author.class.getName());

  private final WsListener listener;
  private final WebSocketSession session;
  private @Nullable Limit limit;

  Author(WsListener listener, WebSocketSession session) {
    this.listener = listener;
    this.session = session;
  }

  /** Sets the limit that calls count against; called before the first call. */
  void within(Limit serverLimit) {
    limit = serverLimit;
  }

  void opened() {
    limited(() -> listener.onOpen(session));
  }

  void text(String text, boolean last) {
    limited(() -> listener.onMessage(session, text, last));
  }

  void binary(byte[] bytes, boolean last) {
    limited(() -> listener.onMessage(session, BufferData.create(bytes), last));
  }

  void ping(byte[] payload) {
    call(() -> listener.onPing(session, BufferData.create(payload)));
  }

  void pong(byte[] payload) {
    call(() -> listener.onPong(session, BufferData.create(payload)));
  }

  private void limited(Runnable call) {
    var outcome = Objects.requireNonNull(limit).tryAcquireOutcome(true);
    if (!(outcome instanceof Outcome.Accepted accepted)) {
      throw new WebSocketFailure(Kind.BUSY, "too many messages are being handled");
    }
    var done = false;
    try {
      call(call);
      done = true;
    } finally {
      if (done) {
        accepted.token().success();
      } else {
        accepted.token().dropped();
      }
    }
  }

  private static void call(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      throw new HandlerFailure(e);
    }
  }

  /** Notifies the listener of the socket's end; its exceptions are only logged. */
  void ended(End end) {
    try {
      var error = end.error();
      if (error != null) {
        listener.onError(session, error);
      }
    } catch (Throwable e) {
      LOG.log(Level.WARNING, "a WebSocket listener failed in onError", e);
    }
    try {
      listener.onClose(session, end.code(), end.reason());
    } catch (Throwable e) {
      LOG.log(Level.WARNING, "a WebSocket listener failed in onClose", e);
    }
  }
}
