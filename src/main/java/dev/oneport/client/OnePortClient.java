package dev.oneport.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A client of one server, for HTTP, gRPC and WebSocket with the same credentials and the same
 * {@link RetryRules}. An expired token is renewed once, calls to a server that is stopping or busy
 * are retried, and every failure names a {@link Problem}.
 *
 * <pre>{@code
 * try (var client = OnePortClient.to("https://orders.example.com").tokens(tokens).build()) {
 *   var orders = OrdersGrpc.newBlockingStub(client.channel());
 *   var order = orders.find(query);
 *   try (var events = client.stream(OrdersGrpc.getWatchMethod(), from(0), last -> from(last.getNumber() + 1))) {
 *     events.forEach(System.out::println);
 *   }
 * }
 * }</pre>
 *
 * It is thread-safe; its methods block, so virtual threads suit it best.
 */
public final class OnePortClient implements AutoCloseable {
  /**
   * Marks a call that may run twice without harm: it is retried after a lost connection. Methods
   * that declare an {@code idempotency_level} do not need this option.
   */
  public static final CallOptions.Key<Boolean> REPEATABLE =
      CallOptions.Key.createWithDefault("oneport-repeatable", false);

  private final Endpoint endpoint;
  private final HttpClient http;
  private final HttpFailures failures;
  private final HttpRequests requests;
  private final GrpcChannel grpc;
  private final Retries retries;
  private final RetryingChannel channel;
  private final Duration timeout;

  OnePortClient(ClientBuilder builder) {
    this.endpoint = builder.endpoint;
    this.timeout = builder.timeout;
    this.http =
        HttpClient.newBuilder()
            .sslContext(builder.trust.context())
            .version(endpoint.secure() ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
            // A token must go only to the server that it is meant for.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
    this.failures = new HttpFailures(Clock.systemUTC());
    this.grpc = new GrpcChannel(endpoint, builder.trust, timeout);
    this.retries =
        new Retries(
            builder.rules, builder.tokens, builder.observer, steady(), new Random(), Thread::sleep);
    this.requests = new HttpRequests(endpoint, new HttpCalls(http, failures, timeout), retries);
    this.channel = new RetryingChannel(grpc, retries, timeout);
  }

  /** A clock that does not jump when the system's clock is set while a call is retried. */
  private static InstantSource steady() {
    var start = Instant.now();
    var origin = System.nanoTime();
    return () -> start.plusNanos(System.nanoTime() - origin);
  }

  /**
   * A client for a server.
   *
   * @param address as {@link Endpoint#parse} accepts it, such as {@code https://host}
   * @throws InvalidInput if it is not the address of a server
   */
  public static ClientBuilder to(String address) {
    return to(Endpoint.parse(address));
  }

  /** A client for a server. */
  public static ClientBuilder to(Endpoint endpoint) {
    return new ClientBuilder(endpoint);
  }

  /**
   * The channel for any generated stub. Its calls carry the token, and are retried where the rules
   * allow it, until the response begins. A unary call without a deadline has the client's time-out
   * for each try. A failed call has the server's status, or if the server sent none, UNAVAILABLE
   * (UNAUTHENTICATED if no token was available), with {@link CallFailed} as its cause; see {@link
   * CallFailed#in}.
   */
  public Channel channel() {
    return channel;
  }

  /**
   * Opens a call of any kind on {@link #channel()}, for blocking code without a stub.
   *
   * @param headers sent with the call
   */
  public <Q, R> Connection<Q, R> open(MethodDescriptor<Q, R> method, Metadata headers) {
    return GrpcStream.open(channel, method, headers, UnaryOperator.identity());
  }

  /**
   * Calls a server-streaming method, and calls it again after every interruption.
   *
   * @param resume returns the request that continues after the last message; null if that was the
   *     last one, so that the stream ends
   */
  public <Q, R> ResumedStream<R> stream(
      MethodDescriptor<Q, R> method, Q request, Function<? super R, ? extends @Nullable Q> resume) {
    return ResumedStream.of(retries.tries(true), tries -> open(method, tries), request, resume);
  }

  /**
   * Opens a WebSocket, and opens it again after every interruption; its token is renewed before it
   * expires.
   *
   * @param path begins with {@code /}
   * @param listener is called for each opening and each message
   * @throws InvalidInput if it is not a path
   */
  public ResumedSocket socket(String path, SocketListener listener) {
    endpoint.webSocket(path);
    return ResumedSocket.open(retries.tries(true), tries -> openSocket(path, tries), listener);
  }

  /**
   * Begins a request for a path of the server.
   *
   * @param path with the query if there is one; begins with {@code /}
   * @throws InvalidInput if it is not a path
   */
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(endpoint.http(path));
  }

  /** Makes an HTTP request and reads the response as text, at most 32 MiB. */
  public HttpAnswer<String> http(HttpRequest request) throws InterruptedException {
    return requests.make(request, requests.text());
  }

  /**
   * Makes an HTTP request, with any method, headers, and body. The client's token is sent unless
   * the request has an {@code Authorization} header. A retry sends the body again; if its publisher
   * can be read only once, there is no retry.
   *
   * @param handler reads the body of a successful response
   * @throws CallFailed if the status is 300 or above, no response arrived, or HTML came back
   *     although the request's {@code Accept} header excludes it
   * @throws InvalidInput if the request is for another server
   */
  public <T> HttpAnswer<T> http(HttpRequest request, BodyHandler<T> handler)
      throws InterruptedException {
    return requests.make(request, handler);
  }

  /**
   * Makes a call of any kind, with retries by the rules, for exchanges that {@link #stream} and
   * {@link #socket} do not cover, such as bidirectional streams that are resumed.
   *
   * @param repeatable whether the call may run twice without harm
   * @throws CallFailed with the last failure if no try succeeds
   */
  public <T> T retry(boolean repeatable, Exchange<T> exchange) throws InterruptedException {
    return retries
        .tries(repeatable)
        .run(
            tries ->
                exchange.make(
                    new Attempt() {
                      @Override
                      public <Q, R> Connection<Q, R> open(MethodDescriptor<Q, R> method)
                          throws InterruptedException {
                        return OnePortClient.this.open(method, tries);
                      }

                      @Override
                      public Connection<SocketMessage, SocketMessage> openSocket(String path)
                          throws InterruptedException {
                        return OnePortClient.this.openSocket(path, tries);
                      }

                      @Override
                      public void progressed() {
                        tries.progressed();
                      }
                    }));
  }

  /** A call for {@link #retry}. */
  @FunctionalInterface
  public interface Exchange<T> {
    /** Makes one try; throws {@link CallFailed} if it failed. */
    T make(Attempt attempt) throws InterruptedException;
  }

  /** Ends all calls. */
  @Override
  public void close() {
    grpc.close();
    http.shutdownNow();
  }

  private <Q, R> Connection<Q, R> open(MethodDescriptor<Q, R> method, Tries tries)
      throws InterruptedException {
    return grpc.open(method, tries.token(), retries::reached);
  }

  private Connection<SocketMessage, SocketMessage> openSocket(String path, Tries tries)
      throws InterruptedException {
    var token = tries.token();
    var socket = ClientSocket.open(http, endpoint.webSocket(path), token, failures, timeout);
    return new RenewingSocket(socket, token, retries.tokens, Clock.systemUTC());
  }
}
