package dev.oneport.server;

import dev.oneport.api.Reason;
import dev.oneport.gate.HttpProblem;
import dev.oneport.gate.MappedFailure;
import dev.oneport.transport.connect.Cors;
import io.helidon.http.DirectHandler;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP responses that handlers do not send: errors, and answers to requests without a route.
 */
final class HttpAnswers {
  private static final System.Logger LOG = System.getLogger(HttpAnswers.class.getName());

  private HttpAnswers() {}

  static Handler notFound() {
    return (_, response) -> HttpProblem.of(Status.NOT_FOUND_404).send(response);
  }

  /** Answers requests for a path that is mounted only with other methods. */
  static Handler otherMethod(Set<String> allowed, Cors cors) {
    var allow = String.join(", ", allowed) + ", OPTIONS";
    return (request, response) -> {
      if (cors.preflight(request, response, allowed)) {
        return;
      }
      response.header(HeaderNames.ALLOW, allow);
      if (request.prologue().method().equals(Method.OPTIONS)) {
        response.status(Status.NO_CONTENT_204).send();
      } else {
        HttpProblem.of(Status.METHOD_NOT_ALLOWED_405).send(response);
      }
    };
  }

  /**
   * Answers requests for a WebSocket's path without an upgrade (RFC 9110 section 15.5.22). HTTP/2
   * has no upgrade and forbids its headers (RFC 9113 section 8.2.2).
   */
  static Handler upgradeRequired() {
    return (request, response) -> {
      if (request.prologue().protocolVersion().startsWith("1")) {
        response.header(HeaderNames.UPGRADE, "websocket");
        response.header(HeaderNames.CONNECTION, "Upgrade");
      }
      HttpProblem.of(Status.UPGRADE_REQUIRED_426).send(response);
    };
  }

  /** Logs an exception of a handler, and tells the client nothing about it. */
  static HttpRouting.Builder addErrors(HttpRouting.Builder routing) {
    return routing
        .error(HttpException.class, (_, response, error) -> refused(response, error))
        .error(MappedFailure.class, (_, response, error) -> error.problem().send(response))
        .error(Throwable.class, HttpAnswers::failed);
  }

  /**
   * Answers requests that are refused before routing: invalid HTTP, exceeded limits, and WebSocket
   * upgrades that a guard refuses.
   */
  static DirectHandlers direct() {
    var handlers = DirectHandlers.builder();
    for (var type : EventType.values()) {
      handlers.addHandler(type, HttpAnswers::answer);
    }
    return handlers.build();
  }

  private static TransportResponse answer(
      DirectHandler.TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      @Nullable String message) {
    // A guard that refuses an upgrade passes the complete body as the message; other messages are
    // ignored.
    if (headers.contains(HttpProblem.CONTENT_TYPE) && message != null) {
      return answer(status, headers, message);
    }
    var problem = HttpProblem.of(status).with(headers);
    problem.addTo(headers);
    return answer(status, headers, problem.json());
  }

  private static TransportResponse answer(
      Status status, ServerResponseHeaders headers, String body) {
    return TransportResponse.builder()
        .status(status)
        .headers(headers)
        .keepAlive(false)
        .entity(body.getBytes(StandardCharsets.UTF_8))
        .build();
  }

  /** Sends the status and headers that a handler chose, without the exception's message. */
  private static void refused(ServerResponse response, HttpException error) {
    if (error.status().code() < Status.BAD_REQUEST_400.code()) {
      error.headers().forEach(response::header);
      response.status(error.status()).send();
      return;
    }
    HttpProblem.of(error.status()).with(error.headers()).send(response);
  }

  private static void failed(ServerRequest request, ServerResponse response, Throwable error) {
    LOG.log(
        System.Logger.Level.ERROR,
        request.prologue().method() + " " + request.path().path() + " failed",
        error);
    HttpProblem.of(Reason.INTERNAL).send(response);
  }
}
