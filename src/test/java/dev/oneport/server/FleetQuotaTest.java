package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.CuttingProxy;
import dev.oneport.testing.CuttingProxy.Silence;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RedisServer;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.ServerProcess;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebSocketProbe;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three servers with one Redis count together, and do what was chosen while it is away. */
@Timeout(120)
final class FleetQuotaTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final int SERVERS = 3;
  private static final long SECOND = 1_000_000_000;

  /** Longer than any call waits: for the connection's bound, and for a slow machine. */
  private static final long BOUND = 10 * SECOND;

  @TempDir Path folder;

  private static String yaml(RedisServer redis, String without, String quota) {
    return yaml(redis.url(), without, quota);
  }

  private static String yaml(String redis, String without, String quota) {
    return """
    identity:
      issuers:
        test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email }
    shared:
      redis: "%s"
      quotas: { without-store: %s }
    policy:
      rules:
        - { allow: [ authenticated ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
        - { allow: [ anyone ], route: HTTP GET /metrics }
      quotas:
        - { for: [ authenticated ], scope: fleet, %s }
    """
        .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE, redis, without, quota);
  }

  /** Servers that know each other. */
  private static final class Fleet implements AutoCloseable {
    private final List<RunningServer> servers;
    private final HttpClient client = HttpClient.newHttpClient();

    Fleet(RedisServer redis, String yaml) {
      this(redis, yaml, yaml);
    }

    /** Whose first server has a configuration of its own. */
    Fleet(RedisServer redis, String first, String yaml) {
      servers =
          IntStream.range(0, SERVERS)
              .mapToObj(i -> RunningServer.startPlain(i == 0 ? first : yaml, new EchoService()))
              .toList();
      Await.until(
          "all have announced themselves",
          () -> ask(redis, "ZCARD", "oneport:servers").equals("3"));
      Await.until("all know each other", () -> servers.stream().allMatch(Fleet::knowsAll));
    }

    private static boolean knowsAll(RunningServer server) {
      return metrics(server).contains("\noneport_fleet_servers " + SERVERS);
    }

    int ping(int server, String token) {
      var uri = URI.create("http://127.0.0.1:" + port(server) + "/ping");
      var request = HttpRequest.newBuilder(uri).header("authorization", "Bearer " + token).build();
      long began = System.nanoTime();
      int status = status(request);
      assertTrue(System.nanoTime() - began < BOUND, "a call waited longer than its bound");
      return status;
    }

    private int status(HttpRequest request) {
      try {
        return client.send(request, BodyHandlers.ofString()).statusCode();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    int port(int server) {
      return servers.get(server % SERVERS).port();
    }

    @Override
    public void close() {
      client.shutdownNow();
      servers.forEach(RunningServer::close);
    }
  }

  private static String ask(RedisServer redis, String... command) {
    try {
      return redis.ask(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void allServersTogetherAdmitTheLimit() throws Exception {
    int rate = 100;
    try (var redis = RedisServer.start(folder);
        var fleet = new Fleet(redis, yaml(redis, "closed", "calls-per-second: 100, burst: 50"))) {
      var admitted = new AtomicInteger();
      var over = new AtomicBoolean();
      var token = token("load");
      long began = System.nanoTime();
      var clients = new ArrayList<Thread>();
      for (int i = 0; i < 2 * SERVERS; i++) {
        int server = i;
        clients.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      while (!over.get()) {
                        if (fleet.ping(server, token) == 200) {
                          admitted.incrementAndGet();
                        }
                      }
                    }));
      }
      Await.until("many were admitted", () -> admitted.get() >= 4 * rate);
      over.set(true);
      for (var client : clients) {
        client.join();
      }
      double seconds = (System.nanoTime() - began) / (double) SECOND;
      // What each server spends before it hears of the others is paid back later.
      double most = (50 + rate * seconds) * 1.05 + SERVERS;
      assertTrue(admitted.get() <= most, () -> admitted + " of at most " + most);
    }
  }

  /** Sixty calls of a caller who may make thirty at once. */
  @ParameterizedTest
  @CsvSource({
    "local, kill",
    "local, pause",
    "open, kill",
    "open, pause",
    "closed, kill",
    "closed, pause"
  })
  void whileRedisIsAway(String without, String fault) throws Exception {
    try (var redis = RedisServer.start(folder);
        var fleet = new Fleet(redis, yaml(redis, without, "calls-per-second: 1, burst: 30"))) {
      var token = token(without + fault);
      for (int i = 0; i < SERVERS; i++) {
        assertEquals(200, fleet.ping(i, token));
      }
      if (fault.equals("kill")) {
        redis.kill();
      } else {
        redis.pause();
      }
      Await.until("all servers know", () -> fleet.servers.stream().allMatch(FleetQuotaTest::away));
      switch (without) {
        case "open" -> assertEquals(60, admitted(fleet, token, 60));
        case "closed" -> {
          Await.until("all refuse", () -> admitted(fleet, token, SERVERS) == 0);
          assertEquals(0, admitted(fleet, token, 60));
        }
        default -> {
          long began = System.nanoTime();
          int found = admitted(fleet, token, 90);
          // Its share is a third of the burst on each server, and of what comes back.
          long most = 60 + (System.nanoTime() - began) / SECOND;
          assertTrue(found > 0 && found < most, () -> found + " of less than " + most);
          Await.until("each share is spent", () -> admitted(fleet, token, SERVERS) == 0);
        }
      }
      if (fault.equals("kill")) {
        redis.restart();
      } else {
        redis.resume();
      }
      Await.until("all know", () -> fleet.servers.stream().noneMatch(FleetQuotaTest::away));
      assertEquals(SERVERS, admitted(fleet, token("after" + without + fault), SERVERS));
    }
  }

  /** A partition of the network, which the other servers do not notice. */
  @ParameterizedTest
  @CsvSource({"local", "open", "closed"})
  void whileOneServerIsCutOffFromRedis(String without) throws Exception {
    var quota = "calls-per-second: 1, burst: 30";
    try (var redis = RedisServer.start(folder);
        var network = new CuttingProxy(redis.port());
        var fleet =
            new Fleet(
                redis,
                yaml("redis://127.0.0.1:" + network.port(), without, quota),
                yaml(redis, without, quota))) {
      var token = token("off" + without);
      assertEquals(200, fleet.ping(0, token));
      network.silence(Silence.BOTH);
      Await.until("it knows", () -> away(fleet.servers.getFirst()));
      if (without.equals("closed")) {
        Await.until("it refuses", () -> fleet.ping(0, token) != 200);
      }
      long began = System.nanoTime();
      int found = 0;
      for (int i = 0; i < 60; i++) {
        found += fleet.ping(0, token) == 200 ? 1 : 0;
      }
      var all = found;
      long share = 20 + (System.nanoTime() - began) / SECOND;
      switch (without) {
        case "open" -> assertEquals(60, all);
        case "closed" -> assertEquals(0, all);
        default -> assertTrue(all > 0 && all < share, () -> all + " of less than " + share);
      }
      assertEquals(200, fleet.ping(1, token("others" + without)));
      network.silence(Silence.NONE);
      Await.until("it is back", () -> !away(fleet.servers.getFirst()));
      assertEquals(SERVERS, admitted(fleet, token("after" + without), SERVERS));
    }
  }

  private static boolean away(RunningServer server) {
    return metrics(server).contains("\noneport_fleet_store_up 0");
  }

  private static int admitted(Fleet fleet, String token, int calls) {
    int admitted = 0;
    for (int i = 0; i < calls; i++) {
      admitted += fleet.ping(i, token) == 200 ? 1 : 0;
    }
    return admitted;
  }

  private static String metrics(RunningServer server) {
    try {
      return RawHttp.get(server.port(), "/metrics").body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void openStreamsAreCountedOnAllServersAndGivenBackByOneThatStops() throws Exception {
    try (var redis = RedisServer.start(folder);
        var fleet = new Fleet(redis, yaml(redis, "closed", "open-streams: 3"))) {
      var token = token("streams");
      var sockets = new ArrayList<TextSocket>();
      for (int i = 0; i < 3; i++) {
        sockets.add(TextSocket.open(fleet.port(i), "/ws", token));
      }
      for (int i = 0; i < SERVERS; i++) {
        assertEquals("LIMIT_EXCEEDED 429", refusal(fleet, i, token));
      }
      sockets.removeFirst().finish();
      Await.until("one was given back", () -> opens(fleet, 1, token, sockets));
      assertEquals("LIMIT_EXCEEDED 429", refusal(fleet, 0, token));
      // One that dies is forgotten likewise, a few seconds later.
      fleet.servers.get(2).close();
      Await.until("its stream was given back", () -> opens(fleet, 0, token, sockets));
      sockets.forEach(TextSocket::close);
    }
  }

  /** It cannot give its streams back itself: they lapse with the server. */
  @Test
  void openStreamsOfAServerThatIsKilledAreGivenBack() throws Exception {
    try (var redis = RedisServer.start(folder)) {
      var file = folder.resolve("application.yaml");
      Files.writeString(file, yaml(redis, "closed", "open-streams: 2"));
      var token = token("killed");
      try (var killed = serve(file);
          var other = serve(file)) {
        Await.until("Redis answers one", () -> opens(killed, token));
        Await.until("Redis answers the other", () -> opens(other, token));
        try (var _ = socket(killed, token);
            var _ = socket(killed, token)) {
          Await.until("the other has heard of both", () -> !opens(other, token));
          killed.signal("KILL");
          Await.until("both were given back", () -> opens(other, token));
        }
      }
    }
  }

  private ServerProcess serve(Path file) {
    return ServerProcess.start(
        Map.of(), folder, "serve", "--config", file.toString(), "--port", "0");
  }

  private static TextSocket socket(ServerProcess server, String token) throws Exception {
    return TextSocket.open(server.port(), "/ws", token);
  }

  private static boolean opens(ServerProcess server, String token) {
    try (var _ = socket(server, token);
        var _ = socket(server, token)) {
      return true;
    } catch (Exception _) {
      return false;
    }
  }

  private static boolean opens(Fleet fleet, int server, String token, List<TextSocket> sockets) {
    try {
      sockets.add(TextSocket.open(fleet.port(server), "/ws", token));
      return true;
    } catch (Exception _) {
      return false;
    }
  }

  private static String refusal(Fleet fleet, int server, String token) throws Exception {
    var answer =
        new WebSocketProbe(fleet.port(server)).open("/ws", List.of(HeaderField.bearer(token)));
    return answer.reason() + " " + answer.status();
  }

  private static String token(String name) {
    return ISSUER.token().claim("email", name + "@example.com").sign();
  }
}
