package dev.oneport.telemetry.otlp;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.Code;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * A call in the names of OpenTelemetry's semantic conventions 1.45 for HTTP and RPC servers, and
 * under {@code oneport} what they have no name for. Never a query, a token or a claim; a path only
 * where the route is that path, since the values of variables may be secrets.
 */
final class CallAttributes {
  static final AttributeKey<String> REASON = stringKey("oneport.reason");
  static final AttributeKey<String> ERROR = stringKey("error.type");

  private static final AttributeKey<String> PROTOCOL = stringKey("oneport.protocol");
  private static final AttributeKey<String> DECISION = stringKey("oneport.decision");
  private static final AttributeKey<String> RULE = stringKey("oneport.rule");
  private static final AttributeKey<Long> CLOSE_CODE = longKey("oneport.websocket.close_code");
  private static final AttributeKey<Long> RECEIVED = longKey("oneport.messages.received");
  private static final AttributeKey<Long> SENT = longKey("oneport.messages.sent");

  private static final AttributeKey<String> METHOD = stringKey("http.request.method");
  private static final AttributeKey<String> METHOD_ORIGINAL =
      stringKey("http.request.method_original");
  private static final AttributeKey<String> ROUTE = stringKey("http.route");
  private static final AttributeKey<Long> STATUS = longKey("http.response.status_code");
  private static final AttributeKey<String> SCHEME = stringKey("url.scheme");
  private static final AttributeKey<String> PATH = stringKey("url.path");
  private static final AttributeKey<String> SERVER = stringKey("server.address");
  private static final AttributeKey<Long> PORT = longKey("server.port");
  private static final AttributeKey<String> CLIENT = stringKey("client.address");
  private static final AttributeKey<String> NETWORK = stringKey("network.protocol.name");
  private static final AttributeKey<String> VERSION = stringKey("network.protocol.version");
  private static final AttributeKey<String> AGENT = stringKey("user_agent.original");
  private static final AttributeKey<String> RPC_SYSTEM = stringKey("rpc.system.name");
  private static final AttributeKey<String> RPC_METHOD = stringKey("rpc.method");
  private static final AttributeKey<String> RPC_ORIGINAL = stringKey("rpc.method_original");
  private static final AttributeKey<String> RPC_STATUS = stringKey("rpc.response.status_code");

  private static final String OTHER = "_OTHER";

  /** The codes that are failures of a gRPC server. */
  private static final Set<Code> FAILURES =
      Set.of(
          Code.UNKNOWN,
          Code.DEADLINE_EXCEEDED,
          Code.UNIMPLEMENTED,
          Code.INTERNAL,
          Code.UNAVAILABLE,
          Code.DATA_LOSS);

  private static final int FIRST_CLOSE_CODE = 1000;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int FIRST_SERVER_ERROR = 500;

  private CallAttributes() {}

  /** The span's name, which has few values. */
  static String name(Route route, Request request) {
    return route.protocol() == Protocol.GRPC
        ? route.name()
        : (isKnown(request) ? request.method() : "HTTP") + " " + route.path();
  }

  /** Sets what is known when the call begins. */
  static void begin(Span span, Route route, Request request, String origin) {
    span.setAttribute(PROTOCOL, route.protocol().name());
    switch (route.protocol()) {
      case HTTP, WS -> http(span, route, request);
      case GRPC -> rpc(span, route, request);
    }
    put(span, CLIENT, request.peer());
    put(span, AGENT, request.userAgent());
    span.setAttribute(NETWORK, "http");
    put(span, VERSION, version(request.version()));
    server(span, route, origin);
  }

  private static boolean isKnown(Request request) {
    return request.knownMethod().equals(request.method());
  }

  private static void http(Span span, Route route, Request request) {
    span.setAttribute(METHOD, request.knownMethod());
    if (!isKnown(request)) {
      span.setAttribute(METHOD_ORIGINAL, request.method());
    }
    span.setAttribute(ROUTE, route.path());
    if (isLiteral(route.path())) {
      span.setAttribute(PATH, route.path());
    }
  }

  /** The methods of a forwarded service are not known here. */
  private static void rpc(Span span, Route route, Request request) {
    span.setAttribute(RPC_SYSTEM, "grpc");
    if (isLiteral(route.name())) {
      span.setAttribute(RPC_METHOD, route.name());
    } else {
      span.setAttribute(RPC_METHOD, OTHER);
      put(span, RPC_ORIGINAL, request.path().isEmpty() ? "" : request.path().substring(1));
    }
  }

  private static boolean isLiteral(String route) {
    return route.indexOf('{') < 0 && route.indexOf('*') < 0;
  }

  private static void server(Span span, Route route, String origin) {
    try {
      var uri = URI.create(origin);
      if (uri.getHost() == null) {
        return;
      }
      span.setAttribute(SERVER, uri.getHost().replace("[", "").replace("]", ""));
      if (uri.getPort() >= 0) {
        span.setAttribute(PORT, (long) uri.getPort());
      }
      if (route.protocol() != Protocol.GRPC) {
        put(span, SCHEME, uri.getScheme());
      }
    } catch (IllegalArgumentException _) {
      // The client may send any text as the host.
    }
  }

  private static String version(String version) {
    return version.startsWith("HTTP/1.") ? version.substring(5) : version.contains("2") ? "2" : "";
  }

  /** Sets what is known when the call has ended. */
  static void end(Span span, CallRecord call) {
    span.setAttribute(DECISION, call.event() == Event.DENIED ? "denied" : "allowed");
    put(span, RULE, call.rule());
    put(span, REASON, call.reason());
    switch (call.route().protocol()) {
      case HTTP -> span.setAttribute(STATUS, status(call));
      case GRPC -> span.setAttribute(RPC_STATUS, call.status());
      case WS -> {
        long status = status(call);
        boolean opened = status >= FIRST_CLOSE_CODE;
        span.setAttribute(STATUS, opened ? SWITCHING_PROTOCOLS : status);
        if (opened) {
          span.setAttribute(CLOSE_CODE, status);
        }
      }
    }
    if (call.traffic().messagesIn() > 1 || call.traffic().messagesOut() > 1) {
      span.setAttribute(RECEIVED, call.traffic().messagesIn());
      span.setAttribute(SENT, call.traffic().messagesOut());
    }
  }

  /**
   * The kind of error, if the call is a failure of the server: one that the client is to blame for
   * is not.
   */
  static Optional<String> error(CallRecord call) {
    var failed =
        switch (call.route().protocol()) {
          case HTTP -> status(call) >= FIRST_SERVER_ERROR;
          case GRPC -> FAILURES.contains(call.code());
          case WS ->
              status(call) < FIRST_CLOSE_CODE
                  ? status(call) >= FIRST_SERVER_ERROR
                  : FAILURES.contains(call.code());
        };
    return failed ? Optional.of(call.status()) : Optional.empty();
  }

  private static long status(CallRecord call) {
    return Long.parseLong(call.status());
  }

  private static void put(Span span, AttributeKey<String> key, String value) {
    if (!value.isEmpty()) {
      span.setAttribute(key, value);
    }
  }
}
