package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Service;
import dev.oneport.testing.GoodClient;
import dev.oneport.testing.LargeCalls;
import dev.oneport.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls that are all within their limits and would need more memory in sum than there is. They wait
 * or are refused with LIMIT_EXCEEDED, a good client on other connections does not notice, and the
 * server never runs out of memory.
 */
@Timeout(180)
final class RequestMemoryTest {
  private static final boolean LONG = Boolean.getBoolean("oneport.test.long");
  private static final String YAML =
      """
      server: { port: 0, host: 127.0.0.1 }
      audit: { sample-allowed: 0 }
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP GET /ping, HTTP POST /body, GRPC Echo/*, WS /ws ]
      """;

  @TempDir private Path folder;

  record Load(String name, Act act, String good, Set<String> others) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface Act {
    Map<String, Integer> on(LargeCalls calls) throws Exception;
  }

  static Stream<Arguments> loads() {
    var loads =
        List.of(
            new Load(
                "gRPC, 4 MiB",
                calls -> calls.grpc(LONG ? 100 : 40),
                "OK",
                Set.of("LIMIT_EXCEEDED")),
            new Load(
                "HTTP/1.1, 32 MiB", calls -> calls.http(LONG ? 200 : 20), "200", Set.of("429")),
            new Load("JSON, 1 MiB", calls -> calls.json(LONG ? 200 : 50), "200", Set.of("429")),
            new Load(
                "WebSocket, 1 MiB",
                calls -> calls.webSocket(LONG ? 100 : 50),
                "answer",
                Set.of("1013")));
    return (LONG ? Stream.of(256, 384) : Stream.of(256))
        .flatMap(heap -> loads.stream().map(load -> Arguments.of(heap, load)));
  }

  @ParameterizedTest(name = "{1} in {0} MiB")
  @MethodSource("loads")
  void largeCallsWaitOrAreRefused(int heap, Load load) throws Exception {
    try (var server = start(heap)) {
      int port = server.port();
      var good = new GoodClient(port);
      var client = Thread.ofVirtual().start(good);
      good.awaitMore(20);
      var outcomes = load.act().on(new LargeCalls(port));
      good.awaitMore(20);
      good.stop();
      client.join();
      System.out.printf(
          "%-18s heap %d MiB: %s, %d good calls, peak %d MiB%n",
          load, heap, outcomes, good.answered(), server.peakMemory() >> 20);
      assertEquals(List.of(), good.failures());
      assertTrue(outcomes.getOrDefault(load.good(), 0) > 0, outcomes::toString);
      outcomes.keySet().remove(load.good());
      assertTrue(load.others().containsAll(outcomes.keySet()), outcomes::toString);
      assertEquals(0, server.terminate().exitCode(), server::err);
      assertFalse(server.output().contains("OutOfMemoryError"), server::output);
    }
  }

  private ServerProcess start(int heap) throws Exception {
    var config = Files.writeString(folder.resolve("application.yaml"), YAML);
    var services = Files.createDirectories(folder.resolve("found/META-INF/services"));
    Files.writeString(services.resolve(Service.class.getName()), BodyService.class.getName());
    return ServerProcess.start(
        Map.of("JAVA_TOOL_OPTIONS", "-Xmx" + heap + "m -XX:MaxDirectMemorySize=64m"),
        folder,
        List.of(folder.resolve("found")),
        "serve",
        "--config",
        config.toString());
  }
}
