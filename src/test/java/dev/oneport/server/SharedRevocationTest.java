package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.config.Configuration;
import dev.oneport.fleet.Fleet;
import dev.oneport.fleet.Lapse;
import dev.oneport.fleet.RedisSettings;
import dev.oneport.fleet.Revocation;
import dev.oneport.fleet.RevocationSettings;
import dev.oneport.fleet.RevocationSettings.WithoutStore;
import dev.oneport.fleet.Selector;
import dev.oneport.fleet.Trait;
import dev.oneport.identity.Identity;
import dev.oneport.testing.AllClients;
import dev.oneport.testing.CuttingProxy;
import dev.oneport.testing.CuttingProxy.Silence;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RedisServer;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.TextSocket;
import dev.oneport.transport.http2.Await;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that share a Redis refuse what was revoked on any of them, whatever happens to it. */
@Timeout(120)
final class SharedRevocationTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String REVOKED = "ACCESS_TOKEN_REVOKED";
  private static final String CLOSED = "closed 3000 the credential was revoked";
  private static final int SOCKETS = 20;
  private static final int STREAMS = 100;

  @TempDir Path folder;
  private RedisServer redis;

  @BeforeEach
  void startRedis() throws IOException {
    redis = RedisServer.start(folder);
  }

  @AfterEach
  void stopRedis() {
    redis.close();
  }

  @Test
  void allServersEndTheOpenCalls() throws Exception {
    try (var one = start("");
        var two = start("");
        var three = start("")) {
      var servers = List.of(one, two, three);
      for (var server : servers) {
        awaitReady(server);
      }
      var sockets = new ArrayList<TextSocket>();
      var channels = new ArrayList<ManagedChannel>();
      var ends = new LinkedBlockingQueue<String>();
      try {
        for (var server : servers) {
          channels.add(openStreams(server.port(), ends));
          for (int i = 0; i < SOCKETS; i++) {
            sockets.add(TextSocket.open(server.port(), "/ws/all", token("alice")));
          }
        }
        try (var other = TextSocket.open(two.port(), "/ws/all", token("bob"))) {
          revoke("alice");
          for (var socket : sockets) {
            assertEquals(CLOSED, socket.next());
          }
          for (int i = 0; i < servers.size() * STREAMS; i++) {
            assertEquals("UNAUTHENTICATED", ends.poll(30, TimeUnit.SECONDS));
          }
          for (var server : servers) {
            assertEquals(REVOKED, call(server, "alice"));
            assertEquals("OK", call(server, "bob"));
          }
          assertEquals("bob@example.com", other.ask("x"));
        }
      } finally {
        sockets.forEach(TextSocket::close);
        channels.forEach(ManagedChannel::shutdownNow);
      }
    }
  }

  @Test
  void theLastStateCountsWhileRedisIsAway() throws Exception {
    try (var server = start("")) {
      awaitReady(server);
      revoke("alice");
      Await.until("it is heard", () -> !call(server, "alice").equals("OK"));
      redis.pause();
      assertEquals(REVOKED, call(server, "alice"));
      assertEquals("OK", call(server, "bob"));
      assertTrue(isReady(server));
      redis.resume();
      redis.kill();
      assertEquals(REVOKED, call(server, "alice"));
      assertEquals("OK", call(server, "bob"));
      assertTrue(isReady(server));
      // It comes back empty, and hears again from the server what was revoked.
      redis.restart();
      try (var fresh = start("")) {
        Await.until("it is heard", () -> call(fresh, "alice").equals(REVOKED));
      }
      revoke("bob");
      Await.until("it is heard", () -> call(server, "bob").equals(REVOKED));
    }
  }

  @Test
  void oneThatStartsWithoutRedisIsNotReadyAndRefusesCredentials() throws Exception {
    revoke("alice");
    redis.pause();
    try (var server = start("");
        var open = start(", revocations: { without-store: open }")) {
      assertEquals("KEYS_UNAVAILABLE", call(server, "alice"));
      assertEquals("KEYS_UNAVAILABLE", call(server, "bob"));
      assertEquals(503, RawHttp.get(server.port(), "/health/ready").status());
      assertEquals(200, RawHttp.get(server.port(), "/health/live").status());
      assertEquals(ServingStatus.NOT_SERVING, health(server));
      var answer = http(server, "bob");
      assertEquals(503, answer.status());
      assertEquals("1", answer.header("retry-after"));
      // Accepts what was revoked, as documented.
      assertTrue(isReady(open));
      assertEquals("OK", call(open, "alice"));
      try (var socket = TextSocket.open(open.port(), "/ws/all", token("alice"))) {
        redis.resume();
        assertEquals(CLOSED, socket.next());
      }
      awaitReady(server);
      Await.until("gRPC says so", () -> health(server) == ServingStatus.SERVING);
      for (var each : List.of(server, open)) {
        assertEquals(REVOKED, call(each, "alice"));
        assertEquals("OK", call(each, "bob"));
      }
    }
  }

  /** Opens streams of one caller, each of which has received something. */
  private static ManagedChannel openStreams(int port, BlockingQueue<String> ends) throws Exception {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + token("alice"));
    var channel =
        TestTls.channel(port).intercept(MetadataUtils.newAttachHeadersInterceptor(headers)).build();
    var open = new CountDownLatch(STREAMS);
    for (int i = 0; i < STREAMS; i++) {
      var call = channel.newCall(ProbeService.stream("all"), CallOptions.DEFAULT);
      var requests =
          ClientCalls.asyncBidiStreamingCall(
              call,
              new StreamObserver<String>() {
                @Override
                public void onNext(String message) {
                  open.countDown();
                }

                @Override
                public void onError(Throwable thrown) {
                  ends.add(Status.fromThrowable(thrown).getCode().name());
                }

                @Override
                public void onCompleted() {
                  ends.add("completed");
                }
              });
      requests.onNext("x");
    }
    assertTrue(open.await(30, TimeUnit.SECONDS));
    return channel;
  }

  private static void awaitReady(RunningServer server) {
    Await.until("it is ready", () -> isReady(server));
  }

  private static boolean isReady(RunningServer server) {
    try {
      return RawHttp.get(server.port(), "/health/ready").status() == 200;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ServingStatus health(RunningServer server) {
    var channel = TestTls.channel(server.port()).build();
    try {
      return HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(30, TimeUnit.SECONDS)
          .check(HealthCheckRequest.getDefaultInstance())
          .getStatus();
    } catch (StatusRuntimeException e) {
      throw new IllegalStateException(e);
    } finally {
      channel.shutdownNow();
    }
  }

  private static RawHttp.Answer http(RunningServer server, String name) throws IOException {
    return RawHttp.send(
        server.port(),
        "GET /all HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + token(name)
            + "\r\nConnection: close\r\n\r\n");
  }

  /** One server is cut off from Redis by a partition of the network, and the other is not. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void oneThatIsCutOffForgetsNothingAndHearsLaterWhatItMissed(Silence silence) throws Exception {
    try (var network = new CuttingProxy(redis.port());
        var off = start("redis://127.0.0.1:" + network.port(), "");
        var other = start("")) {
      awaitReady(off);
      awaitReady(other);
      revoke("alice");
      Await.until("both have heard", () -> isRevoked(off, "alice") && isRevoked(other, "alice"));
      try (var socket = TextSocket.open(off.port(), "/ws/all", token("bob"))) {
        network.silence(silence);
        revoke("bob");
        Await.until("the other has heard", () -> isRevoked(other, "bob"));
        for (int i = 0; i < 3; i++) {
          assertEquals(REVOKED, call(off, "alice"));
          assertEquals("OK", call(off, "carol"));
          // Until Redis is back the last state counts; its message may still arrive.
          assertTrue(silence == Silence.TO_SERVER || call(off, "bob").equals("OK"));
        }
        network.silence(Silence.NONE);
        assertEquals(CLOSED, socket.next());
      }
      Await.until("it has heard, too", () -> isRevoked(off, "bob"));
      assertEquals("OK", call(off, "carol"));
    }
  }

  private static boolean isRevoked(RunningServer server, String name) {
    return call(server, name).equals(REVOKED);
  }

  private static String call(RunningServer server, String name) {
    try (var clients = new AllClients(server.port())) {
      return clients.call("all", List.of(HeaderField.bearer(token(name))));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** As the command does, which has its own test. */
  private void revoke(String name) throws Exception {
    var settings =
        new RevocationSettings(
            Optional.empty(), Optional.empty(), Duration.ofMinutes(1), WithoutStore.CLOSED);
    var shared =
        ConfiguredRedis.of(
            Optional.of(
                new RedisSettings(
                    "127.0.0.1",
                    redis.port(),
                    false,
                    0,
                    "",
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    "oneport:",
                    Duration.ofSeconds(5))));
    try (var connected = shared.orElseThrow()) {
      var lapse = new Lapse(settings, SharedRevocationTest::identity);
      var store = Fleet.store(settings, shared, lapse, InstantSource.system());
      connected.start();
      assertEquals(Optional.empty(), connected.awaitAnswer(Duration.ofSeconds(30)));
      var selector = new Selector(Map.of(Trait.CALLER, name + "@example.com"));
      store.add(List.of(new Revocation(selector, Instant.now())));
    }
  }

  private static Identity identity() {
    var yaml =
        """
        issuers: { test: { issuer: "%s", jwks: '%s', audiences: [ me ], caller-prefix: "" } }
        """
            .formatted(ISSUER.id(), ISSUER.jwks());
    return Identity.read(Configuration.parse("test.yaml", yaml, Map.of(), false).root());
  }

  private static String token(String name) {
    return ISSUER.token().claim("email", name + "@example.com").sign();
  }

  private RunningServer start(String more) {
    return start(redis.url(), more);
  }

  private static RunningServer start(String url, String more) {
    return RunningServer.start(
        """
        shared: { redis: "%s"%s }
        identity:
          issuers:
            test: { issuer: "%s", jwks: '%s', audiences: [ "%s" ], caller-claim: email, caller-prefix: "" }
        policy:
          rules:
            - { allow: [ authenticated ], route: %s }
            - { allow: [ anyone ], route: [ HTTP GET /health/*, GRPC grpc.health.v1.Health/* ] }
        """
            .formatted(
                url,
                more,
                ISSUER.id(),
                ISSUER.jwks(),
                TestIssuer.AUDIENCE,
                ProbeService.routes("all")),
        new ProbeService(List.of("all")));
  }
}
