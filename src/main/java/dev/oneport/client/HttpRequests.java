package dev.oneport.client;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes HTTP requests to one server, again where the rules say so. */
final class HttpRequests {
  /** Methods that may run twice without harm (RFC 9110 section 9.2.2). */
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

  /** How texts are taken, 32 MiB at most. */
  BodyHandler<String> text() {
    return calls.text();
  }

  <T> HttpAnswer<T> make(HttpRequest request, BodyHandler<T> handler) throws InterruptedException {
    requireOurs(request);
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

  private void requireOurs(HttpRequest request) {
    var ours = endpoint.http("/");
    var uri = request.uri();
    int port = uri.getPort() < 0 ? Endpoint.usualPort(uri.getScheme()) : uri.getPort();
    if (!ours.getScheme().equals(uri.getScheme())
        || !ours.getHost().equalsIgnoreCase(uri.getHost())
        || ours.getPort() != port) {
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
        // That the body cannot be sent again is of no interest, but why it would have been.
        throw body == null || before == null || !body.exhausted() ? e : before;
      }
    }
  }
}
