package dev.oneport.transport.websocket;

import dev.oneport.transport.Sockets;
import dev.oneport.transport.websocket.WebSocketFailure.Kind;
import io.helidon.webserver.ConnectionContext;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Holds the cause of a socket's end: the first one wins. */
final class EndCause {
  private final ConnectionContext context;
  private final AtomicReference<@Nullable End> cause = new AtomicReference<>();

  EndCause(ConnectionContext context) {
    this.context = context;
  }

  /** Sets a cause; true if it is the first. */
  boolean because(End end) {
    return cause.compareAndSet(null, end);
  }

  /** Sets a cause and ends the connection at once. */
  void abort(Kind kind, String message) {
    because(End.of(new WebSocketFailure(kind, message)));
    abort();
  }

  /** Ends the connection at once. */
  void abort() {
    Sockets.close(context);
  }

  @Nullable End cause() {
    return cause.get();
  }

  /** Whether the socket is ending or has ended. */
  boolean begun() {
    return cause.get() != null;
  }

  /** The exception for later sends. */
  WebSocketFailure closed() {
    var end = cause.get();
    return new WebSocketFailure(
        Kind.CLOSED, "the socket has ended", end == null ? null : end.error());
  }
}
