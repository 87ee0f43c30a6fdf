package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Service;
import dev.oneport.config.Configuration;
import dev.oneport.config.InvalidConfiguration;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.LogRecords;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.transport.http2.Await;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the server serves of its own comes and goes with the rules about it. */
final class BuiltinsReloadTest {
  private static final String ONE_PING =
      "oneport_calls_total{decision=\"allowed\",protocol=\"HTTP\",route=\"HTTP GET /ping\",status=\"200\"} 1.0";

  private static final String RULES =
      """
      policy:
        rules:
          - { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
      """;
  private static final List<String> HTTP =
      List.of("/metrics", "/health/live", "/health/ready", "/health/started");
  private static final List<String> METHODS =
      List.of(
          "grpc.health.v1.Health/Check",
          "grpc.health.v1.Health/List",
          "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
          "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");

  static Stream<String> builtins() {
    return Stream.of(
        "HTTP GET /metrics",
        "HTTP GET /health/*",
        "GRPC grpc.health.v1.Health/*",
        "GRPC grpc.reflection.v1.ServerReflection/*",
        "GRPC grpc.reflection.v1alpha.ServerReflection/*",
        "[ HTTP GET /metrics, GRPC grpc.reflection.v1.ServerReflection/*, HTTP GET /health/* ]");
  }

  /** To the byte, whichever way the server came to its rules; and the check agrees. */
  @ParameterizedTest
  @MethodSource("builtins")
  void aReloadedServerAnswersAsOneThatWasStartedSo(String route) throws Exception {
    var with = RULES + "    - { allow: [ anyone ], route: " + route + " }\n";
    assertTrue(isGood(with));
    var without = startedAnswers(RULES);
    var there = startedAnswers(with);
    assertTrue(!there.equals(without), "the rule asks for something");
    try (var server = RunningServer.start(RULES, new EchoService())) {
      assertTrue(server.reload(with));
      assertEquals(there, answers(server.port()), "it appears");
      assertTrue(server.reload(RULES));
      assertEquals(without, answers(server.port()), "it goes");
      assertTrue(server.reload(with));
      assertEquals(there, answers(server.port()), "it appears again");
    }
  }

  @Test
  void aRuleForPartOfAServiceIsRefusedByBoth() {
    var part = RULES + "    - { allow: [ anyone ], route: GRPC grpc.health.v1.Health/Check }\n";
    assertTrue(!isGood(part));
    try (var server = RunningServer.start(RULES, new EchoService())) {
      assertTrue(!server.reload(part));
    }
  }

  @Test
  void reflectionTellsOfWhatIsServedNow() throws Exception {
    var reflection =
        RULES + "    - { allow: [ anyone ], route: GRPC grpc.reflection.v1.ServerReflection/* }\n";
    var health = reflection + "    - { allow: [ anyone ], route: GRPC grpc.health.v1.Health/* }\n";
    var own = "grpc.reflection.v1.ServerReflection";
    try (var server = RunningServer.start(reflection, new EchoService())) {
      assertEquals(List.of("Echo", own), listed(server.port()));
      assertTrue(server.reload(health));
      assertEquals(List.of("Echo", "grpc.health.v1.Health", own), listed(server.port()));
      assertTrue(server.reload(reflection));
      assertEquals(List.of("Echo", own), listed(server.port()));
    }
  }

  @Test
  void metricsCountFromTheReloadOn() throws Exception {
    var with = RULES + "    - { allow: [ anyone ], route: HTTP GET /metrics }\n";
    try (var server = RunningServer.start(RULES, new EchoService())) {
      RawHttp.get(server.port(), "/ping");
      // A call is counted when its handler is done, which may be after its answer.
      Await.until(
          "the first call is over",
          () -> server.audit().lines().stream().anyMatch(line -> line.contains("GET /ping")));
      assertTrue(server.reload(with));
      RawHttp.get(server.port(), "/ping");
      assertTrue(metrics(server).contains("oneport_open_calls"));
      Await.until("the call is counted", () -> metrics(server).contains(ONE_PING));
    }
  }

  private static String metrics(RunningServer server) {
    try {
      return RawHttp.get(server.port(), "/metrics").body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aServiceThatMountsOneOfTheseRoutesKeepsIt() throws Exception {
    Service metrics =
        port -> port.http().get("/metrics", (_, response) -> response.send("its own"));
    var rules =
        "policy: { rules: [ { allow: [ anyone ], route: [ HTTP GET /metrics, HTTP GET /health/* ] } ] }";
    try (var server = RunningServer.start(rules, metrics)) {
      assertEquals("its own", RawHttp.get(server.port(), "/metrics").body());
      assertEquals(200, RawHttp.get(server.port(), "/health/live").status());
    }
  }

  @Test
  void theSettingOfThePageTakesARestartAndTheReloadSaysSo() {
    var page =
        "server: { page: { enabled: true } }\n"
            + RULES
            + "    - { allow: [ anyone ], route: [ HTTP GET /, HTTP GET /page/* ] }\n";
    assertTrue(isGood(page));
    try (var server = RunningServer.start(RULES, new EchoService());
        var log = new LogRecords("dev.oneport")) {
      assertTrue(!server.reload(page));
      log.await("server.page takes effect at the next start");
    }
  }

  private static boolean isGood(String yaml) {
    try {
      var configuration = Configuration.parse("test.yaml", yaml, Map.of(), false);
      return !Plan.read(configuration, List.of(new EchoService()), Optional.empty())
          .policy()
          .routes()
          .isEmpty();
    } catch (InvalidConfiguration e) {
      return false;
    }
  }

  private static Map<String, String> startedAnswers(String yaml) throws Exception {
    try (var server = RunningServer.start(yaml, new EchoService())) {
      return answers(server.port());
    }
  }

  private static Map<String, String> answers(int port) throws Exception {
    var answers = new LinkedHashMap<String, String>();
    for (var path : HTTP) {
      for (var method : List.of("GET", "HEAD", "POST", "OPTIONS")) {
        answers.put(method + " " + path, answer(port, method, path, ""));
      }
    }
    try (var grpc = new GrpcProbe(port, false)) {
      for (var method : METHODS) {
        answers.put("gRPC " + method, grpc.call(method));
        answers.put("Connect " + method, answer(port, "POST", "/" + method, "{}"));
        answers.put("GET " + method, answer(port, "GET", "/" + method, ""));
      }
    }
    return answers;
  }

  private static String answer(int port, String method, String path, String body) throws Exception {
    var answer =
        RawHttp.send(
            port,
            "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(method, path, body.length(), method.equals("HEAD") ? "" : body));
    var text = method.equals("GET") && path.equals("/metrics") ? "" : answer.body();
    return answer.status() + " " + answer.header("allow") + " " + text;
  }

  private static List<String> listed(int port) throws Exception {
    var channel = TestTls.channel(port).build();
    try {
      var listed = new CompletableFuture<List<String>>();
      var requests =
          ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new Listing(listed));
      requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
      requests.onCompleted();
      return listed.get(10, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  private record Listing(CompletableFuture<List<String>> listed)
      implements StreamObserver<ServerReflectionResponse> {
    @Override
    public void onNext(ServerReflectionResponse response) {
      listed.complete(
          response.getListServicesResponse().getServiceList().stream()
              .map(ServiceResponse::getName)
              .sorted()
              .toList());
    }

    @Override
    public void onError(Throwable error) {
      listed.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {}
  }
}
