package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Units;
import dev.oneport.sample.EchoService;
import dev.oneport.testing.CuttingProxy;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams of the command line to a server that restarts, over connections that are cut, with tokens
 * that expire. Runs ten seconds, or as long as {@code -Doneport.resume=2m} says.
 */
final class CallResumeTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String YAML =
      """
      server: { grace-period: 1s, stream-grace: 200ms }
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], clock-skew: 0s }
      policy:
        rules: [ { allow: [ authenticated ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] } ]
      """
          .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);

  private static final Duration LENGTH =
      Units.duration(System.getProperty("oneport.resume", "10s")).orElseThrow();
  private static final Duration TOKEN_LIFE = Duration.ofSeconds(4);
  private static final Duration TOKEN_CHANGE = Duration.ofMillis(300);
  private static final Duration SHORT = Duration.ofMillis(500);

  /** Long enough for a token to expire. */
  private static final Duration QUIET = Duration.ofMillis(4_500);

  private static final Duration INTERVAL = Duration.ofMillis(5);
  private static final long MESSAGES = LENGTH.dividedBy(INTERVAL);
  private static final Map<String, Long> CALLS = calls();
  private static final Set<String> CAUSES =
      Set.of("the token expired", "the server is stopping", "the connection was lost");

  @TempDir Path folder;

  private final AtomicInteger tokens = new AtomicInteger();

  /** The calls, and the number of each one's first message. */
  private static Map<String, Long> calls() {
    var calls = new LinkedHashMap<String, Long>();
    calls.put("grpc --watch --first 7", 7L);
    calls.put("grpc --chat", 1L);
    calls.put("ws", 1L);
    return calls;
  }

  @Test
  void nothingIsLostOrRepeated() throws Exception {
    writeToken();
    var server = RunningServer.start(YAML, new EchoService());
    var keeper = Thread.ofPlatform().daemon().start(this::keepTokens);
    try (var proxy = new CuttingProxy(server.port());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var runs = new LinkedHashMap<String, Future<CommandRun>>();
      for (var call : CALLS.keySet()) {
        runs.put(call, threads.submit(() -> CommandRun.ofLine(line(call, proxy))));
      }
      try {
        server = disturb(server, proxy);
        var met = new TreeSet<String>();
        for (var run : runs.entrySet()) {
          met.addAll(check(run.getKey(), run.getValue().get(2, TimeUnit.MINUTES)));
        }
        assertTrue(met.containsAll(CAUSES), met.toString());
      } finally {
        threads.shutdownNow();
      }
    } finally {
      keeper.interrupt();
      server.close();
    }
  }

  private String line(String call, CuttingProxy proxy) {
    return "call %s -n %d --interval %dms --token-file %s --server localhost:%d"
        .formatted(call, MESSAGES, INTERVAL.toMillis(), token(), proxy.port());
  }

  /** Cuts connections, restarts the server with an overlap, and restarts it with a gap, in turn. */
  private RunningServer disturb(RunningServer first, CuttingProxy proxy) throws Exception {
    var server = first;
    var end = Instant.now().plus(LENGTH);
    for (int turn = 0; Instant.now().isBefore(end); turn++) {
      Thread.sleep(turn % 2 == 0 ? SHORT : QUIET);
      switch (turn % 3) {
        case 0 -> proxy.cut();
        case 1 -> {
          var next = RunningServer.start(YAML, new EchoService());
          proxy.target(next.port());
          server.close();
          server = next;
        }
        default -> {
          server.close();
          server = RunningServer.start(YAML, new EchoService());
          proxy.target(server.port());
        }
      }
    }
    return server;
  }

  private void keepTokens() {
    try {
      while (true) {
        Thread.sleep(TOKEN_CHANGE);
        writeToken();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      // The test is over.
    }
  }

  /**
   * Checks that all messages arrived, in order and once each; returns the problems met on the way.
   */
  private static Set<String> check(String call, CommandRun run) {
    assertEquals(0, run.code(), call + ": " + run.err());
    var first = CALLS.getOrDefault(call, 0L);
    assertEquals(
        LongStream.range(first, first + MESSAGES).mapToObj(n -> n + " pong").toList(),
        run.out().lines().toList(),
        call);
    var causes =
        run.err()
            .lines()
            .collect(
                Collectors.groupingBy(
                    line -> line.replaceAll("^oneport: | \\(.*|[;:,] .*", ""),
                    TreeMap::new,
                    Collectors.counting()));
    System.out.printf("call %s: %d messages over %s%n", call, MESSAGES, causes);
    return causes.keySet();
  }

  private Path token() {
    return folder.resolve("token");
  }

  /** Atomically replaces the token. */
  private void writeToken() throws IOException {
    var token =
        ISSUER
            .token()
            .claim("jti", String.valueOf(tokens.incrementAndGet()))
            .claim("exp", Instant.now().plus(TOKEN_LIFE).getEpochSecond())
            .sign();
    var next = Files.writeString(folder.resolve("next"), token);
    Files.move(next, token(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
