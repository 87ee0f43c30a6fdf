package dev.oneport.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import dev.oneport.sample.proto.EchoOuterClass;
import dev.oneport.testing.ConnectProbe;
import dev.oneport.testing.DescribedUpstream;
import dev.oneport.testing.HeaderField;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TestTls;
import dev.oneport.testing.WebClient;
import dev.oneport.transport.http2.Await;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Forwarded gRPC methods are also served in JSON, once their schema is known. */
@Timeout(60)
final class ForwardedSchemaTest {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final HeaderField ALICE = bearer("alice@example.com");
  private static final String HI = "{\"message\":\"hi\"}";

  private final List<AutoCloseable> open = new ArrayList<>();

  @TempDir private Path folder;

  @AfterEach
  void stop() throws Exception {
    for (var each : open.reversed()) {
      each.close();
    }
  }

  private static HeaderField bearer(String caller) {
    return HeaderField.bearer(ISSUER.token().claim("email", caller).sign());
  }

  private <T extends AutoCloseable> T opened(T one) {
    open.add(one);
    return one;
  }

  private DescribedUpstream upstream(BindableService... others) {
    return opened(DescribedUpstream.start(others));
  }

  private RunningServer server(int upstream, String more) {
    return opened(RunningServer.start(yaml(upstream, more)));
  }

  private static String yaml(int upstream, String more) {
    return """
        upstreams: { echo: { url: "h2c://127.0.0.1:%d" %s } }
        forward: [ { route: GRPC Echo/*, to: echo } ]
        identity:
          issuers:
            test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], caller-claim: email, algorithms: [ RS256 ] }
        policy:
          rules:
            - { allow: [ alice@example.com ], route: [ GRPC Echo/Ping, GRPC Echo/Watch, GRPC Echo/None ] }
            - { allow: [ bob@example.com ], route: GRPC Echo/Collect }
        """
        .formatted(upstream, more, ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE);
  }

  private WebClient client(RunningServer server, Version version) {
    return opened(new WebClient(server.port(), version));
  }

  private static HttpResponse<byte[]> json(WebClient client, String method, HeaderField... headers)
      throws Exception {
    return client.post("/Echo/" + method, "application/json", HI.getBytes(UTF_8), headers);
  }

  private static String text(HttpResponse<byte[]> response) {
    return response.statusCode() + " " + new String(response.body(), UTF_8);
  }

  /** Waits until JSON is answered with this status. */
  private static void await(WebClient client, int status) {
    Await.until("the schema is known", () -> status(client) == status);
  }

  private static int status(WebClient client) {
    try {
      return json(client, "Ping", ALICE).statusCode();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("deprecation")
  static Stream<BindableService> reflections() {
    return Stream.of(ProtoReflectionServiceV1.newInstance(), ProtoReflectionService.newInstance());
  }

  @ParameterizedTest
  @MethodSource("reflections")
  void theUpstreamIsAskedByBothVersionsOfReflection(BindableService reflection) throws Exception {
    var client = client(server(upstream(reflection).port(), ""), Version.HTTP_1_1);
    await(client, 200);
    assertEquals("200 " + HI, text(json(client, "Ping", ALICE)));
  }

  @ParameterizedTest
  @EnumSource
  void theSameRuleDecidesAndTheUpstreamHearsNothingOfRefusedCalls(Version version)
      throws Exception {
    var upstream = upstream(ProtoReflectionServiceV1.newInstance());
    var server = server(upstream.port(), "");
    var client = client(server, version);
    await(client, 200);
    int before = upstream.called().size();
    assertEquals("CREDENTIALS_MISSING", ConnectProbe.reason(json(client, "Ping").body()));
    assertEquals(
        "CALLER_NOT_ALLOWED",
        ConnectProbe.reason(json(client, "Ping", bearer("eve@example.com")).body()));
    assertEquals(403, json(client, "Collect", ALICE).statusCode());
    assertEquals(404, json(client, "Chat", ALICE).statusCode());
    assertEquals(before, upstream.called().size());
    assertEquals("200 " + HI, text(json(client, "Ping", ALICE)));
    var got = upstream.headers().getLast().keys();
    assertTrue(got.contains("x-oneport-caller"), got.toString());
    assertFalse(got.contains("authorization"), got.toString());
    assertFalse(got.contains("connect-protocol-version"), got.toString());
    Await.until(
        "all are recorded",
        () ->
            server.audit().lines().stream()
                    .filter(line -> line.contains("CALLER_NOT_ALLOWED"))
                    .count()
                == 2);
  }

  @Test
  void theStatusOfTheUpstreamIsAnErrorOfConnect() throws Exception {
    var client =
        client(
            server(upstream(ProtoReflectionServiceV1.newInstance()).port(), ""), Version.HTTP_1_1);
    await(client, 200);
    var failed =
        client.post(
            "/Echo/Ping", "application/json", "{\"message\":\"fail\"}".getBytes(UTF_8), ALICE);
    assertEquals("409 {\"code\":\"aborted\",\"message\":\"as asked\"}", text(failed));
    var wrong = client.post("/Echo/Ping", "application/json", "{".getBytes(UTF_8), ALICE);
    assertEquals(400, wrong.statusCode());
    assertEquals("BAD_REQUEST", ConnectProbe.reason(wrong.body()));
  }

  @ParameterizedTest
  @EnumSource
  void aServerStreamIsAStreamOfConnect(Version version) throws Exception {
    var client =
        client(server(upstream(ProtoReflectionServiceV1.newInstance()).port(), ""), version);
    await(client, 200);
    assertEquals(
        List.of(
            "0 {\"number\":\"1\",\"message\":\"x\"}",
            "0 {\"number\":\"2\",\"message\":\"x\"}",
            "2 {}"),
        envelopes(watch(client, "{\"message\":\"x\",\"count\":2}", ALICE)));
    assertEquals(
        List.of(
            "0 {\"number\":\"1\",\"message\":\"fail\"}",
            "2 {\"error\":{\"code\":\"aborted\",\"message\":\"as asked\"}}"),
        envelopes(watch(client, "{\"message\":\"fail\",\"count\":1}", ALICE)));
    var refused = envelopes(watch(client, "{}"));
    assertEquals(1, refused.size());
    assertTrue(refused.getFirst().startsWith("2 {\"error\":{\"code\":\"unauthenticated\""));
    // A unary format is none of a stream, and the other way round.
    assertEquals(415, json(client, "Watch", ALICE).statusCode());
    assertEquals(
        415,
        client.post("/Echo/Ping", "application/connect+json", new byte[0], ALICE).statusCode());
  }

  private static byte[] watch(WebClient client, String json, HeaderField... headers)
      throws Exception {
    var bytes = json.getBytes(UTF_8);
    var body = ByteBuffer.allocate(5 + bytes.length).put((byte) 0).putInt(bytes.length).put(bytes);
    var response = client.post("/Echo/Watch", "application/connect+json", body.array(), headers);
    assertEquals(200, response.statusCode());
    return response.body();
  }

  private static List<String> envelopes(byte[] body) {
    var found = new ArrayList<String>();
    var in = ByteBuffer.wrap(body);
    while (in.hasRemaining()) {
      int flags = in.get();
      var content = new byte[in.getInt()];
      in.get(content);
      found.add(flags + " " + new String(content, UTF_8));
    }
    return found;
  }

  @Test
  void anUpstreamThatIsDownAtTheStartIsAskedWhenItComes() throws Exception {
    int port = upstream().port();
    stop();
    open.clear();
    var server = server(port, "");
    var client = client(server, Version.HTTP_1_1);
    var missing = json(client, "Ping", ALICE);
    assertEquals(503, missing.statusCode());
    assertEquals("UPSTREAM_UNAVAILABLE", ConnectProbe.reason(missing.body()));
    assertEquals("CREDENTIALS_MISSING", ConnectProbe.reason(json(client, "Ping").body()));
    opened(DescribedUpstream.startAt(port, ProtoReflectionServiceV1.newInstance()));
    await(client, 200);
  }

  @Test
  void withoutReflectionOnlyBinaryFormatsAreServed() throws Exception {
    var client = client(server(upstream().port(), ""), Version.HTTP_1_1);
    await(client, 415);
    assertEquals(
        200, client.post("/Echo/Ping", "application/proto", new byte[0], ALICE).statusCode());
    var refused = json(client, "Ping", ALICE);
    assertFalse(refused.headers().firstValue("accept").orElse("").contains("application/json"));
    assertEquals(401, json(client, "Ping").statusCode());
  }

  @Test
  void reflectionIsNotAskedIfTheConfigurationSaysSo() throws Exception {
    var upstream = upstream(ProtoReflectionServiceV1.newInstance());
    var client = client(server(upstream.port(), ", reflection: false"), Version.HTTP_1_1);
    assertEquals(415, json(client, "Ping", ALICE).statusCode());
  }

  @Test
  void aFileDescribesAnUpstreamAndIsWatched() throws Exception {
    var file = folder.resolve("echo.pb");
    Files.write(file, descriptors());
    var server = server(upstream().port(), ", descriptors: " + file);
    var client = client(server, Version.HTTP_1_1);
    assertEquals("200 " + HI, text(json(client, "Ping", ALICE)));
    // An invalid file changes nothing.
    Files.write(file, new byte[] {1, 2, 3});
    assertEquals("200 " + HI, text(json(client, "Ping", ALICE)));
    var renamed = EchoOuterClass.getDescriptor().toProto().toBuilder();
    renamed.getMessageTypeBuilder(0).getFieldBuilder(0).setName("said").clearJsonName();
    Files.write(file, FileDescriptorSet.newBuilder().addFile(renamed).build().toByteArray());
    Await.until(
        "the file is read again",
        () -> {
          try {
            var said =
                client.post(
                    "/Echo/Ping", "application/json", "{\"said\":\"hi\"}".getBytes(UTF_8), ALICE);
            return text(said).equals("200 " + HI);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static byte[] descriptors() {
    return FileDescriptorSet.newBuilder()
        .addFile(EchoOuterClass.getDescriptor().toProto())
        .build()
        .toByteArray();
  }

  @Test
  void aMethodThatTheSchemaLacksIsUnknown() throws Exception {
    var upstream = upstream(ProtoReflectionServiceV1.newInstance());
    var client = client(server(upstream.port(), ""), Version.HTTP_1_1);
    await(client, 200);
    var unknown = json(client, "None", ALICE);
    assertEquals(501, unknown.statusCode());
    assertTrue(new String(unknown.body(), UTF_8).contains("unimplemented"));
    assertEquals(401, json(client, "None").statusCode());
  }

  @Test
  void describedServicesAppearInOurReflectionAndHealth() throws Exception {
    var upstream =
        upstream(
            ProtoReflectionServiceV1.newInstance(), new HealthStatusManager().getHealthService());
    var built =
        "    - { allow: [ anyone ], route: [ GRPC grpc.reflection.v1.ServerReflection/*, GRPC grpc.health.v1.Health/* ] }";
    var checked = ", health: { interval: 100ms, unhealthy-after: 1 }";
    var server = opened(RunningServer.start(yaml(upstream.port(), checked) + built));
    await(client(server, Version.HTTP_1_1), 200);
    var channel = TestTls.channel(server.port()).build();
    open.add(channel::shutdownNow);
    var listed = ask(channel, ServerReflectionRequest.newBuilder().setListServices("").build());
    var names =
        listed.getListServicesResponse().getServiceList().stream().map(it -> it.getName()).toList();
    assertEquals(
        List.of("Echo", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection"),
        names.stream().sorted().toList());
    var file =
        ask(channel, ServerReflectionRequest.newBuilder().setFileContainingSymbol("Echo").build());
    assertEquals(
        EchoOuterClass.getDescriptor().toProto().getServiceList(),
        FileDescriptorProto.parseFrom(file.getFileDescriptorResponse().getFileDescriptorProto(0))
            .getServiceList());
    var health = HealthGrpc.newBlockingStub(channel);
    assertEquals(
        ServingStatus.SERVING,
        health.check(HealthCheckRequest.newBuilder().setService("Echo").build()).getStatus());
    upstream.close();
    Await.until(
        "the upstream's end is known",
        () ->
            health.check(HealthCheckRequest.newBuilder().setService("Echo").build()).getStatus()
                == ServingStatus.NOT_SERVING);
    // Without its forward, nothing is left of it.
    assertTrue(
        server.reload(
            yaml(1, "")
                    .replace("GRPC Echo/*, to", "GRPC Other/*, to")
                    .replaceAll("(?s)    - .*", "")
                + "    - { allow: [ anyone ], route: GRPC Other/* }\n"
                + built));
    var after = ask(channel, ServerReflectionRequest.newBuilder().setListServices("").build());
    assertFalse(after.toString().contains("Echo"), after.toString());
  }

  private static ServerReflectionResponse ask(
      ManagedChannel channel, ServerReflectionRequest question) throws Exception {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var call =
        ServerReflectionGrpc.newStub(channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse value) {
                    answer.complete(value);
                  }

                  @Override
                  public void onError(Throwable t) {
                    answer.completeExceptionally(t);
                  }

                  @Override
                  public void onCompleted() {}
                });
    call.onNext(question);
    call.onCompleted();
    return answer.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aPageOfAnotherOriginMayCallForwardedMethods() throws Exception {
    var upstream = upstream(ProtoReflectionServiceV1.newInstance());
    var cors = "server: { cors: { origins: [ 'https://app.example' ] } }\n";
    for (var http : List.of("", "\n  - { route: HTTP GET /**, to: web }")) {
      var yaml = cors + yaml(upstream.port(), "");
      if (!http.isEmpty()) {
        yaml =
            yaml.replace("upstreams: {", "upstreams: { web: { url: \"http://127.0.0.1:1\" },")
                    .replace("forward: [ {", "forward: [ { route: HTTP GET /**, to: web }, {")
                + "    - { allow: [ anyone ], route: HTTP GET /** }\n";
      }
      var client = client(opened(RunningServer.start(yaml)), Version.HTTP_1_1);
      var preflight =
          client.send(
              "OPTIONS",
              "/Echo/Ping",
              "",
              new byte[0],
              List.of(
                  new HeaderField("origin", "https://app.example"),
                  new HeaderField("access-control-request-method", "POST"),
                  new HeaderField(
                      "access-control-request-headers",
                      "authorization,content-type,connect-protocol-version")));
      assertEquals(204, preflight.statusCode());
      var methods = preflight.headers().firstValue("access-control-allow-methods").orElse("");
      assertTrue(methods.contains("POST"), methods);
      assertEquals(
          "https://app.example",
          preflight.headers().firstValue("access-control-allow-origin").orElse(""));
    }
  }

  @Test
  void jsonGoesToAnHttpForwardUnlessItIsConnects() throws Exception {
    var upstream = upstream(ProtoReflectionServiceV1.newInstance());
    var web =
        opened(
            RunningServer.startPlain(
                "policy: { rules: [ { allow: [ anyone ], route: HTTP POST /Echo/Ping } ] }",
                port -> port.http().post("/Echo/Ping", (_, response) -> response.send("web"))));
    var yaml =
        yaml(upstream.port(), "")
                .replace(
                    "upstreams: {",
                    "upstreams: { web: { url: \"http://127.0.0.1:" + web.port() + "\" },")
                .replace("forward: [ {", "forward: [ { route: HTTP POST /**, to: web }, {")
            + "    - { allow: [ alice@example.com ], route: HTTP POST /** }\n";
    var client = client(opened(RunningServer.start(yaml)), Version.HTTP_1_1);
    assertEquals("200 web", text(json(client, "Ping", ALICE)));
    Await.until(
        "the schema is known",
        () -> {
          try {
            return text(json(
                    client, "Ping", ALICE, new HeaderField("connect-protocol-version", "1")))
                .equals("200 " + HI);
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    assertEquals("200 web", text(json(client, "Ping", ALICE)));
  }
}
