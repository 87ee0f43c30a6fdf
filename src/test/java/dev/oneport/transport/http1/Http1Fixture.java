package dev.oneport.transport.http1;

import dev.oneport.testing.TestTls;
import dev.oneport.transport.RefusedRequests;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportRequest;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server with a few HTTP routes on a free port. With {@code -Doneport.test.stock=true} it is
 * Helidon's own, to see which tests that one fails.
 */
final class Http1Fixture implements AutoCloseable {
  static final boolean STOCK = Boolean.getBoolean("oneport.test.stock");
  static final int MAX_BODY = 256 * 1024;

  /** Defaults, except that nobody waits long for anything. */
  static final Http1Limits LIMITS =
      new Http1Limits(
          1024,
          8 * 1024,
          32,
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          240,
          Duration.ofSeconds(15),
          Duration.ofSeconds(15),
          Duration.ofMillis(100));

  final Http1Server http1;
  final AtomicInteger smuggled = new AtomicInteger();
  final CountDownLatch slowEntered = new CountDownLatch(1);
  final CountDownLatch slowReleased = new CountDownLatch(1);
  final CountDownLatch bigOver = new CountDownLatch(1);
  private final WebServer server;

  private Http1Fixture(Http1Limits limits, List<Http1Upgrader> upgraders) {
    http1 = new Http1Server(limits, upgraders, RefusedRequests.IGNORED);
    var builder =
        WebServer.builder()
            .port(0)
            .host("127.0.0.1")
            .maxPayloadSize(MAX_BODY)
            .directHandlers(
                DirectHandlers.builder()
                    .addHandler(EventType.BAD_REQUEST, Http1Fixture::refused)
                    .build())
            .shutdownGracePeriod(Duration.ofMillis(500))
            .connectionOptions(options -> options.tcpNoDelay(true))
            .useNio(false)
            .routing(this::routes);
    if (!STOCK) {
      builder
          .protocolsDiscoverServices(false)
          .addConnectionSelector(TestTls.over(http1.selector(new FirstBytesTest.Shouted())));
    }
    server = builder.build().start();
    if (TestTls.ON) {
      TestTls.opened(server.port());
    }
  }

  static Http1Fixture start() {
    return start(LIMITS);
  }

  static Http1Fixture start(Http1Limits limits) {
    return new Http1Fixture(limits, List.of());
  }

  static Http1Fixture start(Http1Limits limits, List<Http1Upgrader> upgraders) {
    return new Http1Fixture(limits, upgraders);
  }

  private void routes(HttpRouting.Builder routing) {
    routing
        .get("/ping", (_, response) -> response.send("pong"))
        .head("/ping", (_, response) -> response.send("pong"))
        .head("/stream", Http1Fixture::stream)
        .post("/echo", Http1Fixture::echo)
        .post("/ignore", (_, response) -> response.send("ignored"))
        .post("/close", (_, r) -> r.header(HeaderValues.CONNECTION_CLOSE).send("closing"))
        .get("/close", (_, r) -> r.header(HeaderValues.CONNECTION_CLOSE).send("closing"))
        .get("/twice", (_, r) -> r.header(HeaderNames.create("x-m"), "1", "2").send("twice"))
        .get("/fail", (_, _) -> fail())
        .post("/late", (_, response) -> failLate(response))
        .get(
            "/x-echo", (q, r) -> r.send(q.headers().first(HeaderNames.create("x-echo")).orElse("")))
        .get("/upgrade", (q, r) -> r.send(q.headers().first(HeaderNames.UPGRADE).orElse("none")))
        .get("/host", (q, r) -> r.send(q.authority()))
        .get("/", (_, r) -> r.send("root"))
        .route(Method.OPTIONS, "*", (_, r) -> r.send("server"))
        .get("/cn", (q, r) -> r.send(q.headers().first(HeaderNames.X_HELIDON_CN).orElse("none")))
        .get("/big", (_, response) -> big(response))
        .get("/stream", Http1Fixture::stream)
        .get("/slow", (_, response) -> slow(response))
        .any(
            "/smuggled",
            (_, response) -> {
              smuggled.incrementAndGet();
              response.send("smuggled");
            });
  }

  private static TransportResponse refused(
      TransportRequest request,
      EventType type,
      Status status,
      ServerResponseHeaders headers,
      @Nullable String message) {
    return TransportResponse.builder()
        .status(status)
        .headers(headers)
        .keepAlive(false)
        .entity("refused")
        .build();
  }

  private static void echo(ServerRequest request, ServerResponse response) {
    var content = request.content();
    response.send(content.hasEntity() ? content.as(byte[].class) : new byte[0]);
  }

  private static void fail() {
    throw new IllegalStateException("a secret of the handler");
  }

  private static void failLate(ServerResponse response) {
    response.send("late");
    fail();
  }

  private static void stream(ServerRequest request, ServerResponse response) {
    try (var out = response.outputStream()) {
      for (var i = 0; i < 100; i++) {
        out.write(new byte[1024]);
        out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void big(ServerResponse response) {
    try {
      response.send(new byte[16 * 1024 * 1024]);
    } finally {
      bigOver.countDown();
    }
  }

  private void slow(ServerResponse response) {
    slowEntered.countDown();
    try {
      slowReleased.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    response.send("slow");
  }

  int port() {
    return server.port();
  }

  RawHttp connect() throws IOException {
    return RawHttp.connect(port());
  }

  @Override
  public void close() {
    slowReleased.countDown();
    TestTls.closed(server.port());
    server.stop();
  }
}
