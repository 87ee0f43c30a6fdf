package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.server.RequestShape.Answer;
import dev.oneport.server.RequestShape.Request;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.transport.RequestSyntax;
import java.io.IOException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Whatever is requested, whatever the handler does and whenever the client leaves: the decision,
 * the answer and the audit line are the same on each version of HTTP.
 */
final class SameRequestPropertyTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email }
      policy:
        rules:
          - { allow: [ anyone ], route: [ HTTP GET /do, HTTP POST /do, HTTP PUT /do ] }
          - { allow: [ alice@example.com ], route: [ HTTP GET /alice, HTTP POST /alice ] }
          - { allow: [ bob@example.com ], route: [ HTTP GET /bob, HTTP POST /bob ] }
      """
          .formatted(ISSUER.id(), ISSUER.jwks(), TestIssuer.AUDIENCE);

  private static final boolean LONG = Boolean.getBoolean("oneport.test.long");
  private static final PlannedHandler HANDLER = new PlannedHandler();
  private static RunningServer server;
  private static ComparedLines lines;

  @BeforeContainer
  static void start() {
    server =
        RunningServer.start(
            YAML,
            port -> {
              port.http().put("/do", HANDLER);
              for (var path : List.of("/do", "/alice", "/bob")) {
                port.http().get(path, HANDLER).post(path, HANDLER);
              }
            });
    lines = new ComparedLines(server.audit());
  }

  @AfterContainer
  static void stop() {
    server.close();
    lines.settle();
  }

  @Property(tries = 300, shrinking = ShrinkingMode.BOUNDED)
  void everyVersionGivesTheSameAnswer(@ForAll("requests") List<Request> requests)
      throws IOException {
    for (var request : requests) {
      everyVersionGivesTheSameAnswer(request);
    }
  }

  private static void everyVersionGivesTheSameAnswer(Request request) throws IOException {
    var number = lines.next();
    var answers = new EnumMap<RequestShape, Answer>(RequestShape.class);
    for (var shape : RequestShape.values()) {
      if (can(shape, request)) {
        answers.put(shape, shape.send(server.port(), request, shape + " " + number));
      }
    }
    var expected = answers.getOrDefault(RequestShape.HTTP_1_1, new Answer(0, Map.of(), "", ""));
    answers.forEach(
        (shape, answer) ->
            assertEquals(
                shape.seen(request, expected),
                shape.seen(request, answer),
                () -> shape + " " + request));
    compareLines(number, request, answers.keySet());
  }

  private static void compareLines(int number, Object row, Collection<RequestShape> shapes) {
    var same = new TreeMap<String, String>();
    shapes.forEach(shape -> same.put(shape.name(), "the same"));
    lines.answered(number, row, same, line -> compared(line, row.toString()));
  }

  /**
   * On HTTP/2 a request ends with its answer, with no more to be read (RFC 9113 section 8.1); what
   * had passed when a client left is a matter of time, and what was read of a body to forward it
   * when the upstream answered.
   */
  private static String compared(String line, String row) {
    if (RunningServer.forwards()) {
      var passed = row.startsWith("Left") ? "(bytes|messages)(In|Out)" : "(bytes|messages)In";
      return line.replaceAll("\"" + passed + "\":\\d+,?", "");
    }
    if (row.startsWith("Left")) {
      return line.replaceAll("\"bytes(In|Out)\":\\d+", "");
    }
    return row.matches(".*(send|text|empty).*read.*")
        ? line.replaceAll("\"bytesIn\":\\d+", "")
        : line;
  }

  private static boolean can(RequestShape shape, Request request) {
    return switch (shape) {
      // An expectation in HTTP/1.0 is ignored (RFC 9110 section 10.1.1), and a length announced.
      case HTTP_1_0 ->
          !request.headers().contains("expect")
              && (request.sent() == request.body().length() || !RunningServer.forwards());
      case HTTP_1_1, PRIOR_KNOWLEDGE -> true;
      // What has a body is not upgraded (RFC 9110 section 7.8 leaves that to the server); what is
      // malformed is refused before.
      case UPGRADE ->
          shape.can(request)
              && !request.headers().contains("expect")
              && isWellFormed(request.method(), request.target());
    };
  }

  private static boolean isWellFormed(String method, String target) {
    try {
      RequestSyntax.canonicalTarget(method, target);
      return true;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** HTTP/1.1 takes a tenth of a second to notice it, so that many leave at once. */
  @Property(tries = 8, shrinking = ShrinkingMode.BOUNDED)
  void everyVersionNoticesThatItsClientLeaves(@ForAll("leaving") List<Left> all) throws Exception {
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var leaving = all.stream().map(left -> clients.submit(() -> leave(left))).toList();
      for (var each : leaving) {
        each.get();
      }
    }
  }

  private static Void leave(Left left) throws Exception {
    var number = lines.next();
    var shapes = Stream.of(RequestShape.values()).filter(it -> can(it, left.request)).toList();
    for (var shape : shapes) {
      var agent = shape + " " + number;
      var course = HANDLER.follow(agent);
      try (var sent = shape.begin(server.port(), left.request, agent)) {
        course.awaitWaiting();
        sent.leave(left.silently);
        course.awaitEnd();
      }
    }
    compareLines(number, left, shapes);
    return null;
  }

  /** A request whose client leaves while the handler waits, or while it reads. */
  record Left(Request request, boolean silently) {}

  @Provide
  Arbitrary<List<Request>> requests() {
    return RandomRequests.any(ISSUER).list().ofMinSize(1).ofMaxSize(LONG ? 100 : 1);
  }

  @Provide
  Arbitrary<List<Left>> leaving() {
    return Combinators.combine(RandomRequests.left(), Arbitraries.of(true, false))
        .as(Left::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(LONG ? 1000 : 20);
  }
}
