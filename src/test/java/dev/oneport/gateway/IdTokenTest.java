package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.Origin;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An upstream gets the server's own ID token, from a metadata server on the loopback address. */
@Timeout(60)
final class IdTokenTest {
  private static final String FLAVOR = "Metadata-Flavor: Google\r\n";

  private final ManualClock clock = new ManualClock(Instant.now());
  private final AtomicInteger issued = new AtomicInteger();
  private volatile Supplier<String> answer = () -> ok(token(3600));
  private final Origin origin = Origin.echo();
  private final Origin metadata =
      Origin.of(
          (_, _, out) -> {
            Origin.write(out, answer.get());
            return true;
          });
  private final RunningServer server = RunningServer.start(yaml(""), clock);

  private String yaml(String more) {
    return """
        upstreams:
          run: { url: "%s", id-token: { audience: "https://run", metadata-url: "%s" %s } }
          grpc: { url: "h2c://127.0.0.1:%d", reflection: false, id-token: { metadata-url: "%s" } }
        forward:
          - { route: HTTP * /a/**, to: run }
          - { route: WS /live, to: run }
          - { route: GRPC **/*, to: grpc }
        policy: { rules: [ { allow: [ anyone ], route: [ HTTP * /a/**, WS /live, GRPC **/* ] } ] }
        """
        .formatted(origin.url(), metadata.url(), more, origin.port(), metadata.url());
  }

  private String token(long seconds) {
    long expiry = clock.instant().getEpochSecond() + seconds;
    return "e30."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString("{\"exp\":%d,\"n\":%d}".formatted(expiry, issued.get()).getBytes(UTF_8))
        + ".c2ln"
        + issued.incrementAndGet();
  }

  private static String ok(String token) {
    return "HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s"
        .formatted(FLAVOR, token.length(), token);
  }

  @AfterEach
  void stop() {
    server.close();
    metadata.close();
    origin.close();
  }

  private RawHttp.Answer call(String... fields) throws Exception {
    return RawHttp.send(
        server.port(),
        "GET /a/b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
            + String.join("\r\n", fields)
            + (fields.length == 0 ? "\r\n" : "\r\n\r\n"));
  }

  private String sent() {
    var values = origin.requests().getLast().values("x-serverless-authorization");
    assertEquals(1, values.size(), origin.requests().getLast().head());
    return values.getFirst();
  }

  @Test
  void itIsSentOnEachCallAndFetchedOnce() throws Exception {
    assertEquals(
        200,
        call(
                "X-Serverless-Authorization: Bearer client",
                "x_serverless_authorization: Bearer client")
            .status());
    var first = sent();
    assertTrue(first.matches("Bearer e30\\..*\\.c2ln1"), first);
    assertFalse(origin.requests().getLast().head().contains("client"));
    call();
    assertEquals(first, sent());
    var asked = metadata.requests();
    assertEquals(1, asked.size());
    assertEquals(
        "GET /computeMetadata/v1/instance/service-accounts/default/identity"
            + "?format=full&audience=https%3A%2F%2Frun HTTP/1.1",
        asked.getFirst().line());
    assertEquals(List.of("Google"), asked.getFirst().values("metadata-flavor"));
    server.stop();
    assertFalse(server.audit().toString(StandardCharsets.UTF_8).contains("c2ln"));
  }

  @Test
  void aSocketHasIt() throws Exception {
    RawHttp.send(
        server.port(),
        """
        GET /live HTTP/1.1
        Host: a
        Connection: Upgrade
        Upgrade: websocket
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

        """
            .replace("\n", "\r\n"));
    assertTrue(sent().startsWith("Bearer e30."));
  }

  @Test
  void aNewOneIsFetchedInTheBackgroundBeforeItExpires() throws Exception {
    call();
    var first = sent();
    clock.advance(Duration.ofMinutes(49));
    call();
    assertEquals(1, metadata.requests().size());
    clock.advance(Duration.ofMinutes(2));
    call();
    assertEquals(first, sent());
    Await.until("it is fetched", () -> metadata.requests().size() == 2);
    Await.until(
        "it is used",
        () -> {
          try {
            call();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          return !sent().equals(first);
        });
    assertEquals(2, metadata.requests().size());
  }

  @Test
  void anOldOneServesWhileTheMetadataServerIsDown() throws Exception {
    call();
    answer = () -> "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n";
    clock.advance(Duration.ofMinutes(59));
    assertEquals(200, call().status());
    clock.advance(Duration.ofMinutes(1));
    assertEquals(502, call().status());
    answer = () -> ok(token(3600));
    clock.advance(Duration.ofSeconds(2));
    assertEquals(200, call().status());
  }

  @Test
  void callsShareAFetch() throws Exception {
    var go = new CountDownLatch(1);
    answer =
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return ok(token(3600));
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls =
          IntStream.range(0, 20).mapToObj(_ -> threads.submit(() -> call().status())).toList();
      Await.until("it is asked", () -> !metadata.requests().isEmpty());
      go.countDown();
      for (Future<Integer> each : calls) {
        assertEquals(200, each.get());
      }
    }
    assertEquals(1, metadata.requests().size());
  }

  @ParameterizedTest
  @CsvSource({
    "an error, it answered 500",
    "a redirect, it answered 302",
    "no flavor, the answer is not a metadata server's",
    "no token, its answer is not a token",
    "no expiry, its token does not say when it expires",
    "no JSON, its token does not say when it expires",
    "expired, its token has expired",
    "too large, IOException",
    "cut off, IOException"
  })
  void withoutATokenTheCallFailsWithTheCause(String kind, String detail) throws Exception {
    answer =
        () ->
            switch (kind) {
              case "an error" -> "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n";
              case "a redirect" -> "HTTP/1.1 302 X\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n";
              case "no flavor" -> ok(token(3600)).replace(FLAVOR, "");
              case "no token" -> ok("<html>");
              case "no expiry" -> ok("e30.e30.c2ln");
              case "no JSON" -> ok("e30.c2ln.c2ln");
              case "expired" -> ok(token(0));
              case "too large" -> ok("e30.e30." + "c".repeat(20_000));
              default -> ok(token(3600)).replace("Content-Length: ", "Content-Length: 9");
            };
    if (kind.equals("cut off")) {
      var whole = answer;
      answer =
          () -> {
            Thread.ofVirtual().start(metadata::cut);
            return whole.get();
          };
    }
    var told = call();
    assertEquals(502, told.status());
    assertTrue(told.body().contains("UPSTREAM_UNAVAILABLE"), told.body());
    assertEquals(List.of(), origin.requests());
    server.stop();
    var line = server.audit().lines().getLast();
    assertTrue(line.contains("run: no ID token from the metadata server: "), line);
    assertTrue(line.contains(detail), line);
    assertFalse(line.contains("c2ln"), line);
  }

  @Test
  void aGrpcCallFailsLikewise() {
    answer = () -> "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n";
    try (var raw = RawClient.connect(server.port())) {
      raw.call(1, "/a.B/C").message(1, true);
      assertEquals("14", raw.response(1).trailer("grpc-status"));
    }
    server.stop();
    var line = server.audit().lines().getLast();
    assertTrue(line.contains("grpc: no ID token from the metadata server: it answered 500"), line);
    assertTrue(line.contains("\"reason\":\"UPSTREAM_UNAVAILABLE\""), line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://10.0.0.1 | true | would be sent unencrypted",
        "h2c://ledger:9090 | '{ audience: a }' | would be sent unencrypted",
        "https://a | '{ header: X-Token }' | must be X-Serverless-Authorization or Authorization",
        "https://a | '{ header: Authorization }, forward-authorization: true' | is the client's",
        "https://a | '{ metadata-url: \"https://m/x\" }' | is not a URL such as http://metadata",
        "https://a | '{ audience: \"a b\" }' | is not a URL or a name without spaces"
      })
  void whatCannotWorkIsRefused(String url, String idToken, String problem) {
    var text = "upstreams: { a: { url: \"%s\", id-token: %s } }".formatted(url, idToken);
    var configuration = Configuration.parse("test.yaml", text, Map.of(), false);
    var _ = Forwards.read(configuration.root());
    var problems = "";
    try {
      configuration.check();
    } catch (InvalidConfiguration e) {
      problems = String.valueOf(e.getMessage());
    }
    assertTrue(problems.contains(problem), problems);
  }
}
