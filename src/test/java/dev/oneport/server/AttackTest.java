package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.AddressAttacks;
import dev.oneport.testing.Attacks;
import dev.oneport.testing.GoodClient;
import dev.oneport.testing.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
 * on other connections gets all its answers meanwhile, and the process does not grow. They come
 * from the address of a trusted proxy, which has no limit, unless they are about such limits.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class AttackTest {
  /** The heap that it may have, and as much beside it as a process needs. */
  private static final long MOST_MIB = 352 + 128;

  private static final String YAML =
      """
      server:
        port: 0
        host: 127.0.0.1
        header-timeout: 1s
        write-timeout: 2s
        trusted-proxies: [ 127.0.0.1 ]
        per-address: { connections: 50, calls-per-second: 50, failed-tokens-per-minute: 50 }
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
        new Attack("10,000 connections", Attacks::connections),
        new Attack("one address", it -> new AddressAttacks(it.port()).fromOneAddress(50)),
        new Attack("many addresses", it -> new AddressAttacks(it.port()).fromManyAddresses()));
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
    server.forgetPeakMemory();
    attack.act().on(new Attacks(port));
    good.awaitMore(20);
    good.stop();
    client.join();
    long mib = server.peakMemory() >> 20;
    System.out.printf("%-24s %5d good calls, peak %4d MiB%n", attack, good.answered(), mib);
    assertEquals(List.of(), good.failures());
    assertTrue(mib < MOST_MIB, mib + " MiB");
  }
}
