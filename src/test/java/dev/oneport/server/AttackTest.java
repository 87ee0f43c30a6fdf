package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Attacks;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server in a process of its own, with a small heap, is attacked in each known way. A good client
 * on other connections gets all its answers meanwhile, and the process does not grow.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class AttackTest {
  /** The heap that it may have, and as much beside it as a process needs. */
  private static final long MOST_MIB = 352 + 128;

  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");
  private static final String YAML =
      """
      server: { port: 0, host: 127.0.0.1, header-timeout: 1s, write-timeout: 2s }
      audit: { sample-allowed: 0 }
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP GET /ping, GRPC grpc.health.v1.Health/*, GRPC Echo/*, WS /ws ]
      """;

  @TempDir private static Path folder;
  private ServerProcess server;
  private int port;

  record Attack(String name, Act act) {
    @Override
    public String toString() {
      return name;
    }
  }

  interface Act {
    void on(Attacks attacks) throws Exception;
  }

  static Stream<Attack> attacks() {
    return Stream.of(
        new Attack("slowloris", Attacks::slowloris),
        new Attack("rapid reset", Attacks::rapidReset),
        new Attack("client that never reads", Attacks::neverReads),
        new Attack("2 GiB length prefix", Attacks::hugeLengths),
        new Attack("CONTINUATION flood", Attacks::continuations),
        new Attack("ping flood", Attacks::pings),
        new Attack("settings flood", Attacks::settings),
        new Attack("compressed bomb", Attacks::bombs),
        new Attack("endless fragments", Attacks::endlessFragments),
        new Attack("huge bodies", Attacks::hugeBodies),
        new Attack("slow bodies", Attacks::slowBodies),
        new Attack("health watchers", Attacks::healthWatchers),
        new Attack("10,000 connections", Attacks::connections));
  }

  @BeforeAll
  void start() throws Exception {
    var config = Files.writeString(folder.resolve("application.yaml"), YAML);
    server =
        ServerProcess.start(
            Map.of("JAVA_TOOL_OPTIONS", "-Xmx352m -XX:MaxDirectMemorySize=64m"),
            folder,
            "serve",
            "--config",
            config.toString());
    port = server.port();
  }

  @AfterAll
  void stop() throws Exception {
    assertEquals(0, server.terminate().exitCode(), server::err);
    server.close();
  }

  @ParameterizedTest
  @MethodSource("attacks")
  void othersDoNotNotice(Attack attack) throws Exception {
    var good = new GoodClient(port);
    var client = Thread.ofVirtual().start(good);
    var status = Path.of("/proc/" + server.pid() + "/status");
    forgetPeak();
    attack.act().on(new Attacks(port));
    good.awaitMore(20);
    good.over = true;
    client.join();
    var peak = PEAK.matcher(Files.readString(status)).results().findFirst().orElseThrow();
    long mib = Long.parseLong(peak.group(1)) >> 10;
    System.out.printf("%-24s %5d good calls, peak %4d MiB%n", attack, good.answered.get(), mib);
    assertEquals(List.of(), good.failures.stream().limit(5).toList());
    assertTrue(mib < MOST_MIB, mib + " MiB");
  }

  /** The kernel remembers a peak until it is told to begin anew. */
  private void forgetPeak() {
    try {
      Files.writeString(Path.of("/proc/" + server.pid() + "/clear_refs"), "5");
    } catch (IOException e) {
      // Then the peak is that of all attacks so far, which is good enough.
    }
  }

  private static final class GoodClient implements Runnable {
    private final int port;
    private final AtomicInteger answered = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    GoodClient(int port) {
      this.port = port;
    }

    @Override
    public void run() {
      try (var grpc = new GrpcProbe(port, false)) {
        while (!over) {
          note("OK", grpc.call("Echo/Ping"));
          note("200", String.valueOf(RawHttp.get(port, "/ping").status()));
        }
      } catch (IOException e) {
        failures.add(e.toString());
      }
    }

    private void note(String wanted, String got) {
      if (wanted.equals(got)) {
        answered.incrementAndGet();
      } else {
        failures.add(got);
      }
    }

    /** An attack may be over before the client has said a word. */
    void awaitMore(int calls) throws InterruptedException {
      int before = answered.get();
      while (answered.get() < before + calls && failures.isEmpty()) {
        Thread.sleep(5);
      }
    }
  }
}
