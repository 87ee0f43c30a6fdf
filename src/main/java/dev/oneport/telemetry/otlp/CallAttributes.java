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
import java.util.Optional;
import java.util.Set;

/**
 * A call in the names of OpenTelemetry's semantic conventions 1.45 for HTTP and RPC servers, and
 * under {@code oneport} what they have no name for. Never a query, a token or a claim; a path only
 * where the route is that path, since the values of variables may be secrets.
 */
final class CallAttributes {
  static final AttributeKey<String> REASON = stringKey("oneport.reason");
  private static final AttributeKey<String> ERROR = stringKey("error.type");

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
  private static final long SWITCHING_PROTOCOLS = 101L;
  private static final int FIRST_SERVER_ERROR = 500;

  private CallAttributes() {}

  /** The span's name, which has few values. */
  static String name(Route route, Request request) {
    return route.protocol() == Protocol.GRPC
        ? route.name()
        : (isKnown(request) ? request.method() : "HTTP") + " " + route.path();
  }

  /** Sets what is known when the call begins. */
  static void begin(FlatAttributes all, Route route, Request request, ServerAddress server) {
    all.put(PROTOCOL, route.protocol().name());
    switch (route.protocol()) {
      case HTTP, WS -> http(all, route, request);
      case GRPC -> rpc(all, route, request);
    }
    all.put(CLIENT, request.peer());
    all.put(AGENT, request.userAgent());
    all.put(NETWORK, "http");
    all.put(VERSION, version(request.version()));
    server(all, route, server);
  }

  private static boolean isKnown(Request request) {
    return request.knownMethod().equals(request.method());
  }

  private static void http(FlatAttributes all, Route route, Request request) {
    all.put(METHOD, request.knownMethod());
    if (!isKnown(request)) {
      all.put(METHOD_ORIGINAL, request.method());
    }
    all.put(ROUTE, route.path());
    if (isLiteral(route.path())) {
      all.put(PATH, route.path());
    }
  }

  /** The methods of a forwarded service are not known here. */
  private static void rpc(FlatAttributes all, Route route, Request request) {
    all.put(RPC_SYSTEM, "grpc");
    if (isLiteral(route.name())) {
      all.put(RPC_METHOD, route.name());
    } else {
      all.put(RPC_METHOD, OTHER);
      all.put(RPC_ORIGINAL, request.path().isEmpty() ? "" : request.path().substring(1));
    }
  }

  private static boolean isLiteral(String route) {
    return route.indexOf('{') < 0 && route.indexOf('*') < 0;
  }

  private static void server(FlatAttributes all, Route route, ServerAddress server) {
    all.put(SERVER, server.host());
    if (server.port() >= 0) {
      all.put(PORT, (long) server.port());
    }
    if (route.protocol() != Protocol.GRPC) {
      all.put(SCHEME, server.scheme());
    }
  }

  private static String version(String version) {
    return version.startsWith("HTTP/1.") ? version.substring(5) : version.contains("2") ? "2" : "";
  }

  /** Sets what is known when the call has ended. */
  static void end(FlatAttributes all, CallRecord call) {
    all.put(DECISION, call.event() == Event.DENIED ? "denied" : "allowed");
    all.put(RULE, call.rule());
    all.put(REASON, call.reason());
    switch (call.route().protocol()) {
      case HTTP -> all.put(STATUS, status(call));
      case GRPC -> all.put(RPC_STATUS, call.status());
      case WS -> {
        long status = status(call);
        boolean opened = status >= FIRST_CLOSE_CODE;
        all.put(STATUS, opened ? SWITCHING_PROTOCOLS : status);
        if (opened) {
          all.put(CLOSE_CODE, status);
        }
      }
    }
    if (call.traffic().messagesIn() > 1 || call.traffic().messagesOut() > 1) {
      all.put(RECEIVED, call.traffic().messagesIn());
      all.put(SENT, call.traffic().messagesOut());
    }
    error(call).ifPresent(error -> all.put(ERROR, error));
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
}
