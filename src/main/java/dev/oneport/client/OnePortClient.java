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
 * {@link RetryRules}. A token that expired is renewed once, a server that is stopping or busy is
 * asked again, and every failure is a {@link Problem} with its words.
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
 * It is safe to use from many threads, and blocks where it says so; virtual threads are best.
 */
public final class OnePortClient implements AutoCloseable {
  /**
   * For calls of a method that may run twice without harm: after a lost connection they are made
   * again. Methods whose {@code idempotency_level} says so need no option.
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
            // A token goes to the server that it is meant for, and to no other.
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

  /** The system's clock may be set while a call is tried again. */
  private static InstantSource steady() {
    var start = Instant.now();
    var origin = System.nanoTime();
    return () -> start.plusNanos(System.nanoTime() - origin);
  }

  /**
   * A client for a server.
   *
   * @param address as {@link Endpoint#parse} takes it, such as {@code https://host}
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
   * The channel for any generated stub. Its calls carry the token, and are made again where the
   * rules say so, until the answer begins. A unary call without a deadline has the client's
   * time-out for each try. A call that failed has the server's status, or UNAVAILABLE where none
   * came, and {@link CallFailed} as its cause; see {@link CallFailed#in}.
   */
  public Channel channel() {
    return channel;
  }

  /**
   * Opens a call of any kind on {@link #channel()}, for code that blocks and has no stub.
   *
   * @param headers sent with the call
   */
  public <Q, R> Connection<Q, R> open(MethodDescriptor<Q, R> method, Metadata headers) {
    return GrpcStream.open(channel, method, headers, UnaryOperator.identity());
  }

  /**
   * Calls a server-streaming method, and again after every interruption.
   *
   * @param resume makes of the last message the request that goes on after it; null if nothing is
   *     missing, and the stream ends
   */
  public <Q, R> ResumedStream<R> stream(
      MethodDescriptor<Q, R> method, Q request, Function<? super R, ? extends @Nullable Q> resume) {
    return ResumedStream.of(retries.tries(true), tries -> open(method, tries), request, resume);
  }

  /**
   * Opens a WebSocket, and again after every interruption; its token is renewed before it expires.
   *
   * @param path begins with {@code /}
   * @param listener hears of each opening, and of each message
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

  /** Makes an HTTP request whose answer is a text of 32 MiB at most. */
  public HttpAnswer<String> http(HttpRequest request) throws InterruptedException {
    return requests.make(request, requests.text());
  }

  /**
   * Makes an HTTP request, with any method, headers, and body. The token takes the place of an
   * {@code Authorization} header only if the request has none. A body is sent again with the
   * request, if its publisher can give it again.
   *
   * @param handler takes the body of a successful answer
   * @throws CallFailed if the answer is a status of 300 or above, or none came; or if HTML came and
   *     the request's {@code Accept} does not allow it
   * @throws InvalidInput if the request is for another server
   */
  public <T> HttpAnswer<T> http(HttpRequest request, BodyHandler<T> handler)
      throws InterruptedException {
    return requests.make(request, handler);
  }

  /**
   * Makes a call of any kind as often as the rules want, for exchanges that {@link #stream} and
   * {@link #socket} do not cover, such as bidirectional streams that go on.
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

  /** What {@link #retry} makes. */
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
