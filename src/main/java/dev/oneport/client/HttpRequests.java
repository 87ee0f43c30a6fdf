package dev.oneport.client;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes HTTP requests to one server, with retries where the rules allow them. */
final class HttpRequests {
  /** The idempotent methods (RFC 9110 section 9.2.2). */
  private static final Set<String> REPEATABLE =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  private final Endpoint endpoint;
  private final HttpCalls calls;
  private final Retries retries;

  HttpRequests(Endpoint endpoint, HttpCalls calls, Retries retries) {
    this.endpoint = endpoint;
    this.calls = calls;
    this.retries = retries;
  }

  /** Reads a body as text, at most 32 MiB. */
  BodyHandler<String> text() {
    return calls.text();
  }

  <T> HttpAnswer<T> make(HttpRequest request, BodyHandler<T> handler) throws InterruptedException {
    requireThisServer(request);
    var body = request.bodyPublisher().map(RequestBody::new).orElse(null);
    var sent =
        body == null
            ? request
            : HttpRequest.newBuilder(request, (_, _) -> true)
                .method(request.method(), body)
                .build();
    return retries
        .tries(REPEATABLE.contains(request.method()))
        .run(new Call<>(sent, body, handler)::make);
  }

  private void requireThisServer(HttpRequest request) {
    var server = endpoint.http("/");
    var uri = request.uri();
    int port = uri.getPort() < 0 ? Endpoint.usualPort(uri.getScheme()) : uri.getPort();
    if (!server.getScheme().equals(uri.getScheme())
        || !server.getHost().equalsIgnoreCase(uri.getHost())
        || server.getPort() != port) {
      throw new InvalidInput("the request is not for " + endpoint + ", which this client calls");
    }
  }

  /** The tries of one request. */
  private final class Call<T> {
    private final HttpRequest request;
    private final @Nullable RequestBody body;
    private final BodyHandler<T> handler;
    private @Nullable CallFailed last;

    Call(HttpRequest request, @Nullable RequestBody body, BodyHandler<T> handler) {
      this.request = request;
      this.body = body;
      this.handler = handler;
    }

    HttpAnswer<T> make(Tries tries) throws InterruptedException {
      boolean authorized = request.headers().firstValue("authorization").isPresent();
      try {
        return calls.make(request, authorized ? Optional.empty() : tries.token(), handler);
      } catch (CallFailed e) {
        var before = last;
        last = e;
        // If the body cannot be sent again, report why the request failed before that.
        throw body == null || before == null || !body.exhausted() ? e : before;
      }
    }
  }
}
