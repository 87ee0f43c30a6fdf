package dev.oneport.server;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever a client calls, whatever the handler does and whenever the client leaves: the decision,
 * the answer and the audit line are the same on gRPC, gRPC-Web and Connect.
 */
final class SameCallPropertyTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final boolean LONG = Boolean.getBoolean("oneport.test.long");
  private static final String YAML =
      """
      server: { grpc: { max-message-size: 1KiB, max-decompressed-size: 1KiB }, web: { max-json-size: 1KiB } }
      identity:
        issuers:
          test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email }
      policy:
        rules:
          - { allow: [ alice@example.com ], route: GRPC Same/Do }
          - { allow: [ bob@example.com ], route: GRPC Same/Closed }
      """
          .formatted(ISSUER.id(), ISSUER.jwks(), TestIssuer.AUDIENCE);

  private static final PlannedCalls HANDLER = new PlannedCalls();
  private static RunningServer server;
  private static ComparedLines lines;

  @BeforeContainer
  static void start() {
    server = RunningServer.start(YAML, HANDLER::mount);
    lines = new ComparedLines(server.audit());
  }

  @AfterContainer
  static void stop() {
    server.close();
    lines.settle();
  }

  @Property(tries = 200, shrinking = ShrinkingMode.BOUNDED)
  void everyShapeGetsTheSameAnswer(@ForAll("calls") List<RandomCall> calls) throws IOException {
    for (var call : calls) {
      everyShapeGetsTheSameAnswer(call);
    }
  }

  private static void everyShapeGetsTheSameAnswer(RandomCall call) throws IOException {
    var number = lines.next();
    var row = call.row(number);
    var expected = CallShape.GRPC.send(server.port(), row);
    var answers = new TreeMap<String, String>();
    answers.put(CallShape.GRPC.name(), expected);
    for (var shape : CallShape.values()) {
      if (shape != CallShape.GRPC && call.can(shape)) {
        var answer = shape.send(server.port(), row);
        assertEquals(
            call.expected(shape, expected), call.seen(shape, answer), () -> shape + " " + call);
        answers.put(shape.name(), answer.startsWith("HTTP") ? answer : expected);
      }
    }
    lines.answered(number, call, answers, line -> compared(call, line, expected));
  }

  private static String compared(RandomCall call, String line, String answer) {
    if (call.isUnknown()) {
      return "";
    }
    var status = "\"status\":\"" + answer.split(" ", 2)[0] + "\"";
    assertTrue(line.contains(status), () -> call + " was answered " + answer + ": " + line);
    return call.endsWithItsDeadline() ? passed(detailless(line)) : detailless(line);
  }

  /** Operators may be told more of one protocol than of another. */
  private static String detailless(String line) {
    var same = RunningServer.forwards() ? line.replaceAll(ComparedLines.JUDGED, "") : line;
    return same.replaceAll("\"detail\":\"[^\"]*\",?", "");
  }

  /** A handler on HTTP/1.1 hears it after a tenth of a second, so that many leave at once. */
  @Property(tries = 4, shrinking = ShrinkingMode.BOUNDED)
  void everyShapeNoticesThatItsClientLeaves(@ForAll("leaving") List<String> plans)
      throws Exception {
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = plans.stream().map(plan -> clients.submit(() -> leave(plan))).toList();
      for (var each : all) {
        each.get();
      }
    }
  }

  private static Void leave(String plan) throws Exception {
    var number = lines.next();
    var answers = new TreeMap<String, String>();
    for (var shape : CallShape.values()) {
      var call = RandomCall.good(plan + " " + shape + number, ISSUER);
      var reached = HANDLER.follow(shape.name() + number);
      try (var _ = shape.begin(server.port(), call.row(number))) {
        assertTrue(reached.await(20, SECONDS), () -> "the handler was not called: " + shape);
      }
      answers.put(shape.name(), "left");
    }
    lines.answered(number, plan, answers, line -> passed(detailless(line)));
    return null;
  }

  /** What had passed when a call was cut off is a matter of time. */
  private static String passed(String line) {
    return line.replaceAll("\"(messages|bytes)(In|Out)\":\\d+,?", "");
  }

  @Provide
  Arbitrary<List<RandomCall>> calls() {
    return RandomCall.any(ISSUER).list().ofMinSize(1).ofMaxSize(LONG ? 100 : 1);
  }

  @Provide
  Arbitrary<List<String>> leaving() {
    return RandomCall.waiting().list().ofMinSize(1).ofMaxSize(LONG ? 200 : 8);
  }
}
