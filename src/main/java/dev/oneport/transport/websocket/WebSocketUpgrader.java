package dev.oneport.transport.websocket;

import dev.oneport.transport.DirectResponse;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.NotFoundException;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsUpgradeException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Performs the server's side of the opening handshake (RFC 6455 section 4.2.2). A request to a path
 * without a WebSocket route is handled as an HTTP request.
 */
final class WebSocketUpgrader implements Http1Upgrader {
  private final WebSocketServer server;

  WebSocketUpgrader(WebSocketServer server) {
    this.server = server;
  }

  @Override
  public String supportedProtocol() {
    return "websocket";
  }

  @Override
  public @Nullable ServerConnection upgrade(
      ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
    var listener = listener(context, prologue);
    if (listener == null) {
      return null;
    }
    var key = key(context, listener, prologue, headers);
    reserve(context, listener, prologue, headers);
    WebSocketConnection connection = null;
    try {
      connection = open(context, key, listener, prologue, headers);
    } finally {
      if (connection == null) {
        server.giveUp();
      }
    }
    server.opened(connection);
    return connection;
  }

  private static String key(
      ConnectionContext context, WsListener listener, HttpPrologue prologue, Headers request) {
    try {
      return Handshake.key(prologue, request);
    } catch (RequestException e) {
      if (listener instanceof UpgradeRefusals refusals) {
        ScopedValue.where(WebSocketServer.CONNECTING, context)
            .run(() -> refusals.invalid(e, prologue, request));
      }
      throw e;
    }
  }

  private @Nullable WsListener listener(ConnectionContext context, HttpPrologue prologue) {
    try {
      var routing = context.router().routing(WsRouting.class, WsRouting.empty());
      var found = routing.findRoute(prologue).listener();
      return found instanceof UpgradeRefusals guard && !guard.served()
          ? server.other(prologue).orElse(null)
          : found;
    } catch (NotFoundException _) {
      return server.other(prologue).orElse(null);
    }
  }

  /** Acquires a permit for a socket, which must be released if the upgrade fails. */
  private void reserve(
      ConnectionContext context, WsListener listener, HttpPrologue prologue, Headers request) {
    RefusedUpgrade why;
    if (!Handshake.allowed(
        request, server.limits().origins(), () -> server.ownOrigin().of(context, request))) {
      why = RefusedUpgrade.ORIGIN;
    } else if (server.draining()) {
      why = RefusedUpgrade.DRAINING;
    } else if (!server.reserve()) {
      why = RefusedUpgrade.FULL;
    } else {
      return;
    }
    if (listener instanceof UpgradeRefusals refusals) {
      throw refused(
          context,
          ScopedValue.where(WebSocketServer.CONNECTING, context)
              .call(() -> refusals.refusal(why, prologue, request)));
    }
    throw Handshake.refusal(why);
  }

  private WebSocketConnection open(
      ConnectionContext context,
      String key,
      WsListener listener,
      HttpPrologue prologue,
      Headers request) {
    var accepted =
        ScopedValue.where(WebSocketServer.CONNECTING, context)
            .call(() -> ask(context, listener, prologue, request));
    try {
      return switchOver(context, SwitchingProtocols.to(key, request, accepted), listener, request);
    } catch (RuntimeException e) {
      new WebSocketConnection(server, context, listener, null, null).neverOpened(e);
      throw e;
    }
  }

  private WebSocketConnection switchOver(
      ConnectionContext context,
      SwitchingProtocols response,
      WsListener listener,
      Headers request) {
    var deflate =
        Deflate.negotiate(
                Handshake.values(request, Handshake.EXTENSIONS), server.limits().compression())
            .orElse(null);
    if (deflate != null) {
      response.extension(deflate);
    }
    context.dataWriter().writeNow(response.bytes());
    return new WebSocketConnection(
        server, context, listener, response.subProtocol().orElse(null), deflate);
  }

  /** Calls the listener, and answers at once if it refuses. */
  private static Headers ask(
      ConnectionContext context, WsListener listener, HttpPrologue prologue, Headers request) {
    try {
      return listener.onHttpUpgrade(prologue, request).orElseGet(WritableHeaders::create);
    } catch (RequestException e) {
      throw refused(context, e);
    } catch (AnsweredUpgrade e) {
      throw refused(context, e.status(), e.headers(), e.body());
    } catch (WsUpgradeException _) {
      throw Handshake.refusal(Status.BAD_REQUEST_400, "the upgrade was refused").build();
    } catch (RuntimeException e) {
      throw RequestException.builder()
          .type(EventType.INTERNAL_ERROR)
          .setKeepAlive(false)
          .message("Internal Server Error")
          .cause(e)
          .build();
    }
  }

  private static CloseConnectionException refused(
      ConnectionContext context, RequestException refusal) {
    return refused(context, refusal.status(), headers(refusal), body(refusal));
  }

  private static CloseConnectionException refused(
      ConnectionContext context, Status status, Headers headers, byte[] body) {
    context.dataWriter().writeNow(DirectResponse.of(status, headers, body));
    return new CloseConnectionException("the listener refused the upgrade");
  }

  private static byte[] body(RequestException refusal) {
    var text = refusal.safeMessage() ? refusal.getMessage() : null;
    return Objects.requireNonNullElse(text, "").getBytes(StandardCharsets.UTF_8);
  }

  private static Headers headers(RequestException refusal) {
    var headers = WritableHeaders.create(refusal.responseHeaders());
    if (body(refusal).length > 0) {
      headers.setIfAbsent(
          HeaderValues.create(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8"));
    }
    return headers;
  }
}
