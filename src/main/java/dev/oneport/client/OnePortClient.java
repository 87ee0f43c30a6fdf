package dev.oneport.client;

import io.grpc.MethodDescriptor;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.Set;

/**
 * A client of one server, for HTTP, gRPC and WebSocket with the same token and the same rules. It
 * blocks, and is safe to use from many threads; virtual ones do.
 *
 * <pre>{@code
 * try (var client = OnePortClient.to(Endpoint.parse("https://echo.example.com")).build()) {
 *   client.http("GET", "/ping", "", "application/json").text();
 *   client.echo().watch("hi", new Ticks(0, 0, Duration.ofSeconds(1)), System.out::println);
 * }
 * }</pre>
 */
public final class OnePortClient implements AutoCloseable {
  /** Methods that do no harm if they run twice (RFC 9110 section 9.2.2). */
  private static final Set<String> REPEATABLE =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  private final Endpoint endpoint;
  private final HttpClient http;
  private final HttpFailures failures;
  private final GrpcChannel channel;
  private final Retries retries;
  private final GrpcCalls grpc;
  private final Duration timeout;

  private OnePortClient(Builder builder) {
    this.endpoint = builder.endpoint;
    this.timeout = builder.timeout;
    this.http =
        HttpClient.newBuilder()
            .sslContext(builder.trust.context())
            .version(endpoint.secure() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            // A token goes to the server that it is meant for, and to no other.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
    this.failures = new HttpFailures(Clock.systemUTC());
    this.channel = new GrpcChannel(endpoint, builder.trust);
    this.retries =
        new Retries(
            builder.rules, builder.tokens, builder.observer, steady(), new Random(), Thread::sleep);
    this.grpc =
        new GrpcCalls(channel, retries, new Http2Probe(endpoint, builder.trust, timeout), timeout);
  }

  /** The system's clock may be set while a call is tried again. */
  private static InstantSource steady() {
    var start = Instant.now();
    var origin = System.nanoTime();
    return () -> start.plusNanos(System.nanoTime() - origin);
  }

  /** A client for a server. */
  public static Builder to(Endpoint endpoint) {
    return new Builder(endpoint);
  }

  /**
   * Makes an HTTP request.
   *
   * @param path with the query if there is one; begins with {@code /}
   * @param body empty for none
   * @param accept the content types that will do; HTML that is not among them is taken for a
   *     proxy's
   * @throws CallFailed if the answer is a status of 300 or above, or none came
   */
  public HttpAnswer http(String method, String path, String body, String accept)
      throws InterruptedException {
    var uri = endpoint.http(path);
    var calls = new HttpCalls(http, failures, timeout);
    return retries.run(
        REPEATABLE.contains(method),
        attempt -> {
          var request = HttpRequest.newBuilder(uri).setHeader("Accept", accept);
          if (body.isEmpty()) {
            request.method(method, BodyPublishers.noBody());
          } else {
            request
                .setHeader("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body));
          }
          return calls.make(request, attempt.token());
        });
  }

  /**
   * Makes a unary gRPC call.
   *
   * @param repeatable whether it does no harm if it runs twice
   */
  public <Q, R> R grpc(MethodDescriptor<Q, R> method, Q request, boolean repeatable)
      throws InterruptedException {
    return grpc.unary(method, request, repeatable);
  }

  /** The sample service, with its WebSocket where it is mounted. */
  public EchoClient echo() {
    return echo("/ws");
  }

  /**
   * The sample service.
   *
   * @param path of the WebSocket
   */
  public EchoClient echo(String path) {
    var uri = endpoint.webSocket(path);
    return new EchoClient(
        grpc,
        retries,
        token -> EchoLinks.webSocket(TextSocket.open(http, uri, token, failures, timeout)),
        timeout);
  }

  /** Ends all calls. */
  @Override
  public void close() {
    channel.close();
    http.shutdownNow();
  }

  /** What a client is made of; each part has a default. */
  public static final class Builder {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Endpoint endpoint;
    private TokenSource tokens = TokenSource.none();
    private Trust trust = Trust.system();
    private RetryRules rules = RetryRules.DEFAULT;
    private Observer observer = Observer.SILENT;
    private Duration timeout = TIMEOUT;

    private Builder(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    /** Where tokens come from; default: none. */
    public Builder tokens(TokenSource source) {
      this.tokens = source;
      return this;
    }

    /** Which certificates to believe; default: those of the system. */
    public Builder trust(Trust other) {
      this.trust = other;
      return this;
    }

    /** When to try again; default: {@link RetryRules#DEFAULT}. */
    public Builder rules(RetryRules other) {
      this.rules = other;
      return this;
    }

    /** Who hears of calls that are tried again. */
    public Builder observer(Observer other) {
      this.observer = other;
      return this;
    }

    /** How long each step of a call may take; default: 30 s. Streams last as long as they do. */
    public Builder timeout(Duration other) {
      this.timeout = other;
      return this;
    }

    /** The client; it connects when it is first used. */
    public OnePortClient build() {
      return new OnePortClient(this);
    }
  }
}
