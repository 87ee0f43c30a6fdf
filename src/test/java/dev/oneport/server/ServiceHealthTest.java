package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.WebClient;
import dev.oneport.testing.WebReply;
import dev.oneport.transport.http2.Await;
import dev.oneport.transport.http2.RawClient;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ServerCalls;
import java.net.http.HttpClient.Version;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The health of each gRPC service, as its service reports it. */
@Timeout(60)
final class ServiceHealthTest {
  private static final String RULES =
      """
      policy:
        rules:
          - allow: [ anyone ]
            route: [ HTTP GET /health/*, GRPC grpc.health.v1.Health/* ]
      """;
  private static final String INCLUDED = "server: { health: { include-services: true } }\n";
  private static final int INITIAL_WINDOW = 4;
  private static final int GOAWAY = 7;

  /** How long a check waits for a service. */
  private static final Duration PATIENCE = Duration.ofMillis(500);

  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean ready = true;

  private record Named(String name, BooleanSupplier readiness) implements Service {
    @Override
    public void mount(Mount port) {
      mountGrpc(port, name);
    }

    @Override
    public boolean ready() {
      return readiness.getAsBoolean();
    }
  }

  /** It says nothing about itself. */
  private record Silent() implements Service {
    @Override
    public void mount(Mount port) {
      mountGrpc(port, "a.Silent");
    }
  }

  private static void mountGrpc(Mount port, String name) {
    var service =
        ServerServiceDefinition.builder(name)
            .addMethod(
                ProbeService.method(name + "/Call", MethodType.UNARY),
                ServerCalls.asyncUnaryCall((_, answer) -> answer.onCompleted()))
            .build();
    port.grpc(() -> service);
  }

  private static RunningServer start(String yaml, Service... services) {
    return RunningServer.start(yaml + rules(services), services);
  }

  private static String rules(Service... services) {
    var rules = new StringBuilder();
    for (var service : services) {
      var name = service instanceof Named named ? named.name() : "a.Silent";
      rules.append("    - { allow: [ anyone ], route: GRPC ").append(name).append("/* }\n");
    }
    return rules.toString();
  }

  private Service[] services() {
    return new Service[] {
      new Silent(),
      new Named("a.Ready", () -> true),
      new Named("a.NotReady", () -> false),
      new Named("a.Changing", () -> ready),
      new Named(
          "a.Throwing",
          () -> {
            throw new IllegalStateException("a secret");
          }),
      new Named(
          "a.Failing",
          () -> {
            throw new StackOverflowError();
          }),
      new Named("a.Hanging", this::hang),
    };
  }

  private boolean hang() {
    try {
      released.await();
      return true;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The ways to ask. */
  enum Protocol {
    GRPC,
    GRPC_WEB,
    CONNECT,
    CONNECT_ON_HTTP2;

    String check(int port, String service) throws Exception {
      return switch (this) {
        case GRPC -> overGrpc(port, service);
        case GRPC_WEB -> overWeb(port, service);
        case CONNECT -> overConnect(port, service, Version.HTTP_1_1);
        case CONNECT_ON_HTTP2 -> overConnect(port, service, Version.HTTP_2);
      };
    }
  }

  @ParameterizedTest
  @EnumSource(Protocol.class)
  void aCheckSaysWhatTheServiceSays(Protocol protocol) throws Exception {
    try (var server = start(RULES, services())) {
      for (var row :
          List.of(
              " SERVING",
              "a.Silent SERVING",
              "a.Ready SERVING",
              "a.NotReady NOT_SERVING",
              "a.Throwing NOT_SERVING",
              "a.Failing NOT_SERVING",
              "a.Hanging NOT_SERVING",
              "grpc.health.v1.Health SERVING",
              "grpc.reflection.v1.ServerReflection NOT_FOUND",
              "a.Unknown NOT_FOUND",
              "a.ready NOT_FOUND",
              "a.Ready/Check NOT_FOUND",
              "a NOT_FOUND")) {
        var service = row.substring(0, row.indexOf(' '));
        assertEquals(row, service + " " + protocol.check(server.port(), service));
      }
      released.countDown();
      Await.until(
          "the service that hung is ready",
          () -> checked(protocol, server.port(), "a.Hanging").equals("SERVING"));
    }
  }

  @Test
  void aHangingServiceIsAskedOnceAndHoldsNoCheckUp() throws Exception {
    var service = new Named("a.Hanging", this::hang);
    var healthy = new Named("a.Ready", () -> true);
    try (var server = start(INCLUDED + RULES, service, healthy)) {
      var began = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        assertEquals("NOT_SERVING", Protocol.CONNECT.check(server.port(), "a.Hanging"));
        assertEquals("SERVING", Protocol.CONNECT.check(server.port(), "a.Ready"));
        assertEquals(503, RawHttp.get(server.port(), "/health/ready").status());
        assertEquals(200, RawHttp.get(server.port(), "/health/live").status());
      }
      var each = Duration.ofNanos((System.nanoTime() - began) / 100);
      assertTrue(each.compareTo(PATIENCE) < 0, () -> "a round of checks took " + each);
      released.countDown();
      Await.until("it is ready", () -> status(server.port(), "/health/ready") == 200);
    }
  }

  @ParameterizedTest
  @CsvSource({"true, 503, NOT_SERVING", "false, 200, SERVING"})
  void theServerIsReadyWithoutItsServicesUnlessTheyAreIncluded(
      boolean included, int status, String serving) throws Exception {
    ready = false;
    var service = new Named("a.Changing", () -> ready);
    try (var server = start((included ? INCLUDED : "") + RULES, service)) {
      assertEquals(status, RawHttp.get(server.port(), "/health/ready").status());
      assertEquals(200, RawHttp.get(server.port(), "/health/started").status());
      assertEquals(200, RawHttp.get(server.port(), "/health/live").status());
      assertEquals(serving, Protocol.GRPC.check(server.port(), ""));
      ready = true;
      assertEquals(200, RawHttp.get(server.port(), "/health/ready").status());
      assertEquals("SERVING", Protocol.GRPC.check(server.port(), ""));
    }
  }

  @Test
  void aServiceWithoutGrpcIsIncludedToo() throws Exception {
    var service =
        new Service() {
          @Override
          public void mount(Mount port) {
            port.http().get("/ping", (_, response) -> response.send("pong"));
          }

          @Override
          public boolean ready() {
            return ready;
          }
        };
    ready = false;
    var rules = RULES + "    - { allow: [ anyone ], route: HTTP GET /ping }\n";
    try (var server = RunningServer.start(INCLUDED + rules, service)) {
      assertEquals(503, RawHttp.get(server.port(), "/health/ready").status());
      ready = true;
      assertEquals(200, RawHttp.get(server.port(), "/health/ready").status());
    }
  }

  @Test
  void aWatchLearnsOfEachChangeAndOfTheDrain() throws Exception {
    var server = start(INCLUDED + RULES, services()[0], services()[3]);
    var channel = channel(server.port());
    try {
      var whole = watch(channel, "");
      var changing = watch(channel, "a.Changing");
      var silent = watch(channel, "a.Silent");
      var unknown = watch(channel, "a.Unknown");
      assertEquals("SERVING", next(whole));
      assertEquals("SERVING", next(changing));
      assertEquals("SERVING", next(silent));
      assertEquals("SERVICE_UNKNOWN", next(unknown));
      ready = false;
      assertEquals("NOT_SERVING", next(whole));
      assertEquals("NOT_SERVING", next(changing));
      ready = true;
      assertEquals("SERVING", next(whole));
      assertEquals("SERVING", next(changing));
      var closed = CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
      assertEquals("NOT_SERVING", next(whole));
      assertEquals("NOT_SERVING", next(changing));
      assertEquals("NOT_SERVING", next(silent));
      List.of(whole, changing, silent, unknown).forEach(watch -> watch.cancel("seen", null));
      closed.get(20, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aReloadThatTurnsAServiceOnOrOffIsSeen() throws Exception {
    var reflection = "grpc.reflection.v1.ServerReflection";
    var off = RULES + rules(new Silent());
    var on = off + "    - { allow: [ anyone ], route: GRPC " + reflection + "/* }\n";
    try (var server = RunningServer.start(off, new Silent())) {
      var channel = channel(server.port());
      try {
        var watch = watch(channel, reflection);
        assertEquals("SERVICE_UNKNOWN", next(watch));
        assertTrue(server.reload(on));
        assertEquals("SERVING", next(watch));
        assertEquals("SERVING", Protocol.GRPC.check(server.port(), reflection));
        assertTrue(server.reload(off));
        assertEquals("SERVICE_UNKNOWN", next(watch));
      } finally {
        channel.shutdownNow();
      }
    }
  }

  @Test
  void aWatchThatReadsNothingHoldsUpNobody() throws Exception {
    var server = start(RULES, services()[3]);
    var channel = channel(server.port());
    try (var stalled = RawClient.connect(server.port(), INITIAL_WINDOW, 0).silent()) {
      var request = HealthCheckRequest.newBuilder().setService("a.Changing").build();
      stalled.call(1, "/grpc.health.v1.Health/Watch").message(1, true, request.toByteArray());
      // The answer to a later request shows that the watch has begun.
      stalled.get(3, "/health/live");
      var watch = watch(channel, "a.Changing");
      assertEquals("SERVING", next(watch));
      ready = false;
      assertEquals("NOT_SERVING", next(watch));
      assertEquals("NOT_SERVING", Protocol.GRPC.check(server.port(), "a.Changing"));
      ready = true;
      assertEquals("SERVING", next(watch));
      watch.cancel("seen", null);
      var closed = CompletableFuture.runAsync(server::close, Thread::startVirtualThread);
      var _ = stalled.awaitType(GOAWAY);
      closed.get(20, TimeUnit.SECONDS);
    } finally {
      channel.shutdownNow();
    }
  }

  private static BlockingClientCall<?, HealthCheckResponse> watch(
      ManagedChannel channel, String service) {
    return HealthGrpc.newBlockingV2Stub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .watch(HealthCheckRequest.newBuilder().setService(service).build());
  }

  private static String next(BlockingClientCall<?, HealthCheckResponse> watch) throws Exception {
    return Objects.requireNonNull(watch.read()).getStatus().name();
  }

  private static ManagedChannel channel(int port) {
    return TestTls.channel(port).build();
  }

  private static int status(int port, String path) {
    try {
      return RawHttp.get(port, path).status();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String checked(Protocol protocol, int port, String service) {
    try {
      return protocol.check(port, service);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String overGrpc(int port, String service) {
    var channel = channel(port);
    try {
      return HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .check(HealthCheckRequest.newBuilder().setService(service).build())
          .getStatus()
          .name();
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode().name();
    } finally {
      channel.shutdownNow();
    }
  }

  private static String overWeb(int port, String service) throws Exception {
    var request = HealthCheckRequest.newBuilder().setService(service).build();
    try (var client = new WebClient(port, Version.HTTP_1_1)) {
      var reply =
          WebReply.of(
              client.post(
                  "/grpc.health.v1.Health/Check",
                  "application/grpc-web+proto",
                  WebReply.frame(request.toByteArray()),
                  new HeaderField[0]));
      return reply.messages().isEmpty()
          ? reply.code().name()
          : HealthCheckResponse.parseFrom(reply.messages().getFirst()).getStatus().name();
    }
  }

  private static String overConnect(int port, String service, Version version) throws Exception {
    var request = HealthCheckRequest.newBuilder().setService(service).build();
    try (var client = new WebClient(port, version)) {
      var response =
          client.post("/grpc.health.v1.Health/Check", "application/proto", request.toByteArray());
      return switch (response.statusCode()) {
        case 200 -> HealthCheckResponse.parseFrom(response.body()).getStatus().name();
        case 404 -> "NOT_FOUND";
        default -> "HTTP " + response.statusCode();
      };
    }
  }
}
