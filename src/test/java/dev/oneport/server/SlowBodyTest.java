package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.MountedOnly;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.RawClient;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A body that does not come in time is 408, to the client and in the audit, on every version. */
@Timeout(60)
final class SlowBodyTest {
  private static final String YAML =
      """
      server: { body-timeout: 1s }
      policy: { rules: [ { allow: [ anyone ], route: [ HTTP POST /*, HTTP GET /ping, GRPC Echo/*, WS /ws ] } ] }
      """;

  /** Of a message of gRPC-Web that has 500 bytes. */
  private static final byte[] BEGINNING = {0, 0, 0, 1, (byte) 0xF4};

  private final RunningServer server =
      RunningServer.start(
          YAML,
          new EchoService(),
          port ->
              port.http()
                  .post("/read", SlowBodyTest::read)
                  .post("/whole", (request, _) -> request.content().as(byte[].class))
                  .post("/wrap", SlowBodyTest::wrap));

  @AfterEach
  void stop() {
    server.close();
  }

  private static void read(ServerRequest request, ServerResponse response) throws IOException {
    request.content().inputStream().transferTo(OutputStream.nullOutputStream());
    response.send("read");
  }

  /** As some libraries do that a handler reads with; it has no answer for that. */
  private static void wrap(ServerRequest request, ServerResponse response) throws IOException {
    try {
      read(request, response);
    } catch (RuntimeException e) {
      throw new IOException("the body could not be parsed", e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/read", "/whole", "/wrap"})
  void onHttp1(String path) throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      client.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
      assertEquals(408, client.read().status());
    }
    assertEquals(List.of("408 DEADLINE_EXCEEDED"), audit());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/read", "/whole"})
  void onHttp2(String path) {
    try (var client = RawClient.connect(server.port())) {
      client.request(1, false, "POST", path);
      client.data(1, false, new byte[3]);
      assertEquals("408", client.response(1).status());
    }
    assertEquals(List.of("408 DEADLINE_EXCEEDED"), audit());
  }

  /** The path and the content type of a request whose body is slow. */
  static Stream<Arguments> trickling() {
    return Stream.of(
        Arguments.of("/read", "text/plain"),
        Arguments.of("/whole", "text/plain"),
        Arguments.of("/Echo/Ping", "application/json"),
        Arguments.of("/Echo/Ping", "application/proto"),
        Arguments.of("/Echo/Ping", "application/grpc-web"),
        Arguments.of("/Echo/Watch", "application/grpc-web"));
  }

  @ParameterizedTest
  @MethodSource("trickling")
  void aTrickleIsTooSlowOnHttp1(String path, String type) throws Exception {
    try (var client = RawHttp.connect(server.port())) {
      client.send(
          "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n"
              .formatted(path, type));
      client.send(BEGINNING);
      var sender = trickle(() -> client.send("\0"));
      assertEquals(408, client.read().status());
      sender.interrupt();
    }
    assertEquals(1, audit().stream().filter(line -> line.endsWith("DEADLINE_EXCEEDED")).count());
  }

  @ParameterizedTest
  @MethodSource("trickling")
  void aTrickleIsTooSlowOnHttp2(String path, String type) {
    try (var client = RawClient.connect(server.port())) {
      client.request(1, false, "POST", path, "content-type", type);
      client.data(1, false, BEGINNING);
      var sender = trickle(() -> client.data(1, false, (byte) 0));
      assertEquals("408", client.response(1).status());
      sender.interrupt();
    }
    assertEquals(1, audit().stream().filter(line -> line.endsWith("DEADLINE_EXCEEDED")).count());
  }

  /** A forwarded method may be a stream. */
  @Test
  @MountedOnly
  void aTrickleIsTooSlowForACallWithOneMessage() {
    try (var client = RawClient.connect(server.port())) {
      client.call(1, "/Echo/Ping");
      client.data(1, false, (byte) 0, (byte) 0, (byte) 0, (byte) 3, (byte) 0);
      var sender = trickle(() -> client.data(1, false, (byte) 0));
      assertEquals("4", client.response(1).trailer("grpc-status"));
      sender.interrupt();
    }
    assertEquals(List.of("DEADLINE_EXCEEDED DEADLINE_EXCEEDED"), audit());
  }

  @Test
  void aStreamOfGrpcMayBeAsSlowAsItLikes() throws Exception {
    try (var client = RawClient.connect(server.port())) {
      client.call(1, "/Echo/Collect");
      // Twice as long as a body may trickle.
      for (int i = 0; i < 20; i++) {
        client.message(1, false);
        Thread.sleep(100);
      }
      client.message(1, true);
      assertEquals("0", client.response(1).trailer("grpc-status"));
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  /** Sends a byte ten times a second, so that no pause is long, until the server has had enough. */
  private static Thread trickle(Step step) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (!Thread.currentThread().isInterrupted()) {
                  step.run();
                  Thread.sleep(100);
                }
              } catch (IOException | UncheckedIOException | InterruptedException _) {
                // The server has had enough, or the test has.
              }
            });
  }

  private List<String> audit() {
    server.close();
    return server.audit().lines().stream()
        .map(line -> Json.createReader(new StringReader(line)).readObject().getJsonObject("call"))
        .filter(call -> call.getString("event").equals("ended"))
        .map(call -> call.getString("status") + " " + call.getString("code"))
        .toList();
  }
}
