package dev.oneport.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.RawClient;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body that does not come in time is 408, to the client and in the audit, on every version. */
@Timeout(60)
final class SlowBodyTest {
  private static final String YAML =
      """
      server: { body-timeout: 1s }
      policy: { rules: [ { allow: [ anyone ], route: HTTP POST /* } ] }
      """;

  private final RunningServer server =
      RunningServer.start(
          YAML,
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

  private List<String> audit() {
    server.close();
    return server.audit().lines().stream()
        .map(line -> Json.createReader(new StringReader(line)).readObject().getJsonObject("call"))
        .filter(call -> call.getString("event").equals("ended"))
        .map(call -> call.getString("status") + " " + call.getString("code"))
        .toList();
  }
}
