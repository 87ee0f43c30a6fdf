package dev.oneport.sample.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.client.BearerToken;
import dev.oneport.client.CallFailed;
import dev.oneport.client.Endpoint;
import dev.oneport.client.OnePortClient;
import dev.oneport.client.Problem;
import dev.oneport.client.RetryRules;
import dev.oneport.client.TokenSource;
import dev.oneport.client.Verdict;
import dev.oneport.sample.tool.EchoClient.Ticks;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls to the sample service while connections and tokens fail. */
final class EchoClientTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], clock-skew: 0s }
      policy:
        rules:
          - { allow: [ authenticated ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final List<Problem> heard = new CopyOnWriteArrayList<>();

  /** Gives an expired token first, and valid ones after it was refused. */
  private static final class Tokens implements TokenSource {
    private volatile BearerToken token;

    Tokens(boolean good) {
      this.token = good ? fresh() : expired();
    }

    private static BearerToken fresh() {
      return BearerToken.of(ISSUER.token().claim("jti", Math.random() + "").sign());
    }

    private static BearerToken expired() {
      return BearerToken.of(ISSUER.token().claim("exp", 1_000_000_000L).sign());
    }

    @Override
    public Optional<BearerToken> token() {
      return Optional.of(token);
    }

    @Override
    public boolean renew(BearerToken refused) {
      token = fresh();
      return true;
    }
  }

  private OnePortClient client(RunningServer server, TokenSource tokens) {
    return OnePortClient.to(Endpoint.parse("127.0.0.1:" + server.port()))
        .tokens(tokens)
        .rules(
            new RetryRules(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofSeconds(20), 8))
        .timeout(TIMEOUT)
        .observer((failure, _) -> heard.add(failure.problem()))
        .build();
  }

  /** A call of the sample service. */
  @FunctionalInterface
  private interface Call {
    void make(EchoClient echo, List<Long> numbers) throws InterruptedException;
  }

  private List<Long> call(FlakyEcho flaky, boolean goodToken, Call call)
      throws InterruptedException {
    var numbers = new ArrayList<Long>();
    try (var server = RunningServer.start(YAML, flaky);
        var client = client(server, new Tokens(goodToken))) {
      call.make(new EchoClient(client, TIMEOUT), numbers);
    }
    return numbers;
  }

  private static void watch(EchoClient echo, List<Long> numbers) throws InterruptedException {
    echo.watch("hi", new Ticks(7, 60, Duration.ZERO), answer -> numbers.add(answer.number()));
  }

  private static void chat(EchoClient echo, List<Long> numbers) throws InterruptedException {
    echo.chat(Collections.nCopies(60, "hi").iterator(), answer -> numbers.add(answer.number()));
  }

  private static void webSocket(EchoClient echo, List<Long> numbers) throws InterruptedException {
    echo.webSocket(
        "/ws", Collections.nCopies(60, "hi").iterator(), answer -> numbers.add(answer.number()));
  }

  private static List<Long> numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void aWatchResumesAfterEachKindOfEnd() throws InterruptedException {
    var flaky =
        new FlakyEcho("ACCESS_TOKEN_EXPIRED", "UNAVAILABLE", "DRAINING", "ABORTED", "REPEAT");
    assertEquals(numbers(7, 66), call(flaky, true, EchoClientTest::watch));
    assertEquals(
        List.of(
            Problem.TOKEN_EXPIRED,
            Problem.CONNECTION_LOST,
            Problem.DRAINING,
            Problem.CONNECTION_LOST),
        heard);
    assertEquals(5, flaky.calls());
  }

  @Test
  void aChatResendsUnansweredMessages() throws InterruptedException {
    var flaky = new FlakyEcho("ACCESS_TOKEN_EXPIRED", "UNAVAILABLE", "LIMIT_EXCEEDED", "ABORTED");
    assertEquals(numbers(1, 60), call(flaky, true, EchoClientTest::chat));
    assertTrue(
        heard.containsAll(List.of(Problem.TOKEN_EXPIRED, Problem.CONNECTION_LOST, Problem.LIMITED)),
        heard.toString());
  }

  @Test
  void aWebSocketResendsUnansweredMessages() throws InterruptedException {
    var flaky = new FlakyEcho("1001", "3000", "1012", "1013");
    assertEquals(numbers(1, 60), call(flaky, true, EchoClientTest::webSocket));
    assertEquals(
        List.of(Problem.DRAINING, Problem.TOKEN_EXPIRED, Problem.DRAINING, Problem.UNAVAILABLE),
        heard);
  }

  @Test
  void aCollectStartsOver() throws InterruptedException {
    var flaky = new FlakyEcho("UNAVAILABLE", "ACCESS_TOKEN_EXPIRED");
    call(
        flaky,
        true,
        (echo, _) -> assertEquals(60, echo.collect(Collections.nCopies(60, "hi")).count()));
    // If the server ends a call while the request is still being sent, it may end the whole
    // connection.
    assertEquals(Problem.CONNECTION_LOST, heard.getFirst());
    assertTrue(heard.contains(Problem.TOKEN_EXPIRED), heard.toString());
  }

  @Test
  void anExpiredTokenIsRenewedOnEveryProtocol() throws InterruptedException {
    Call ping = (echo, _) -> assertEquals("pong", echo.ping("hi"));
    for (var call :
        List.<Call>of(
            ping, EchoClientTest::watch, EchoClientTest::chat, EchoClientTest::webSocket)) {
      heard.clear();
      call(new FlakyEcho(), false, call);
      assertEquals(1, heard.size(), heard.toString());
      assertEquals(Verdict.REFRESH, heard.getFirst().verdict());
    }
    heard.clear();
    try (var server = RunningServer.start(YAML, new FlakyEcho());
        var client = client(server, new Tokens(false))) {
      assertEquals(200, client.http(client.request("/ping").build()).status());
    }
    assertEquals(List.of(Problem.TOKEN_EXPIRED), heard);
  }

  @ParameterizedTest(name = "a watch that ends with {0}")
  @CsvSource({
    "CALLER_NOT_ALLOWED, NOT_ALLOWED",
    "INTERNAL,           SERVER_FAILED",
    "INVALID_ARGUMENT,   BAD_REQUEST",
    "UNIMPLEMENTED,      NOT_FOUND",
    "SKIP,               SERVER_FAILED",
    "COMPLETE,           SERVER_FAILED"
  })
  void isNotTriedAgain(String end, Problem problem) {
    var flaky = new FlakyEcho(end);
    var failed = assertThrows(CallFailed.class, () -> call(flaky, true, EchoClientTest::watch));
    assertEquals(problem, failed.failure().problem());
    assertEquals(1, flaky.calls());
  }

  @ParameterizedTest(name = "a socket that closes with {0}")
  @CsvSource({
    "1000, CLOSED",
    "1008, BAD_REQUEST",
    "1009, TOO_LARGE",
    "1011, SERVER_FAILED",
    "3003, NOT_ALLOWED"
  })
  void isNotOpenedAgain(String end, Problem problem) {
    var flaky = new FlakyEcho(end);
    var failed = assertThrows(CallFailed.class, () -> call(flaky, true, EchoClientTest::webSocket));
    assertEquals(problem, failed.failure().problem());
    assertEquals(1, flaky.calls());
  }
}
