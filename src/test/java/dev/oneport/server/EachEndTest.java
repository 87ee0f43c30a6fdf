package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.sample.proto.PingRequest;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.transport.http2.Await;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** However a call ends, and on whichever protocol: nothing of it is left, and it has one line. */
@Timeout(40)
final class EachEndTest {
  private static final TestIssuer ISSUER = TestIssuer.good();

  /** A call that were still counted would keep a stop waiting for longer than the test may last. */
  private static final String YAML =
      """
      server: { grace-period: 120s, stream-grace: 0s }
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, clock-skew: 30s }
      policy:
        rules:
          - { allow: [ anyone ], route: HTTP GET /metrics }
          - allow: [ authenticated ]
            route: [ HTTP GET /return, HTTP GET /throw, HTTP GET /stay, GRPC Ends/*, WS /ws/* ]
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);

  /** The name of a handler, and what is done to it while it runs. */
  enum End {
    /** The handler returns. */
    RETURN("return", "\"code\":\"OK\""),
    /** The handler throws in the middle of its answer. */
    THROW("throw", ""),
    /** The client leaves. */
    LEAVE("stay", "\"code\":\"CANCELLED\""),
    /** The token expires. */
    EXPIRE("stay", "\"reason\":\"ACCESS_TOKEN_EXPIRED\""),
    /** The server stops. */
    STOP("stay", "\"reason\":\"DRAINING\"");

    private final String handler;
    private final String said;

    End(String handler, String said) {
      this.handler = handler;
      this.said = said;
    }
  }

  private final ManualClock clock = new ManualClock(Instant.now());
  private final RunningServer server = RunningServer.start(YAML, clock, EachEndTest::mount);

  static Stream<Arguments> ends() {
    return Stream.of(OpenCall.Shape.values())
        .flatMap(shape -> Stream.of(End.values()).map(end -> Arguments.of(shape, end)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("ends")
  void nothingIsLeftAndOneLineIsWritten(OpenCall.Shape shape, End end) throws Exception {
    try (server;
        var call = OpenCall.open(shape, server.port(), end.handler, token())) {
      switch (end) {
        case RETURN, THROW -> call.awaitEnd();
        case LEAVE -> call.leave();
        case EXPIRE -> {
          clock.advance(Duration.ofSeconds(91));
          call.awaitEnd();
        }
        case STOP -> server.close();
      }
      if (end != End.STOP) {
        // One is the call that asks.
        Await.until("no other call", () -> metrics().contains("\noneport_open_calls 1"));
        Await.until("no lease", () -> metrics().contains("\noneport_open_leases 0"));
      }
    }
    var lines = server.audit().lines().stream().filter(line -> !line.contains("/metrics")).toList();
    var ended = lines.stream().filter(line -> line.contains("\"event\":\"ended\"")).toList();
    var started = lines.stream().filter(line -> line.contains("\"event\":\"started\"")).count();
    assertEquals(1, ended.size(), lines::toString);
    assertEquals(lines.size() - 1, started, lines::toString);
    assertTrue(ended.getFirst().contains(end.said), lines::toString);
  }

  private String metrics() {
    try {
      return RawHttp.get(server.port(), "/metrics").body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String token() {
    var now = clock.instant().getEpochSecond();
    return ISSUER.token().claim("iat", now).claim("exp", now + 60).sign();
  }

  private static void mount(Mount port) {
    var grpc = ServerServiceDefinition.builder("Ends");
    for (var name : new String[] {"return", "throw", "stay"}) {
      port.http().get("/" + name, (_, response) -> answer(name, response));
      port.webSocket("/ws/" + name, () -> new Socket(name));
      grpc.addMethod(
          OpenCall.method("Ends/" + name),
          ServerCalls.asyncServerStreamingCall((_, answers) -> answer(name, answers)));
    }
    port.grpc(grpc::build);
  }

  private static void answer(String name, ServerResponse response)
      throws IOException, InterruptedException {
    try (var out = response.outputStream()) {
      out.write('x');
      out.flush();
      if (stays(name)) {
        new CountDownLatch(1).await();
      }
    }
  }

  private static void answer(String name, StreamObserver<PingRequest> answers) {
    answers.onNext(PingRequest.getDefaultInstance());
    if (!stays(name)) {
      answers.onCompleted();
    }
  }

  private record Socket(String name) implements WsListener {
    @Override
    public void onOpen(WsSession session) {
      session.send("x", true);
      if (!stays(name)) {
        session.close(1000, "");
      }
    }
  }

  /** Whether a handler of that name goes on. */
  private static boolean stays(String name) {
    if (name.equals("throw")) {
      throw new IllegalStateException("a secret of the handler");
    }
    return name.equals("stay");
  }
}
