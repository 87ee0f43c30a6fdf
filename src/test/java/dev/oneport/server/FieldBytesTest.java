package dev.oneport.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Mount;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.time.Clocks;
import dev.oneport.transport.http2.RawClient;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.websocket.WsListener;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The values of fields keep their bytes (RFC 9110 section 5.5) on each version of HTTP, on a way
 * there and back through a handler or an upstream.
 */
@Timeout(60)
final class FieldBytesTest {
  private static final String YAML =
      "policy: { rules: [ { allow: [ anyone ], route: [ HTTP GET /echo, WS /live ] } ] }";

  /**
   * In UTF-8, as browsers send a file's name, read as one character a byte; and each of the rest.
   */
  private static final String VALUE =
      new String("caf\u00e9 \u65e5\u672c".getBytes(UTF_8), ISO_8859_1) + "\u0080\u00a0\u00ff.";

  private static void mount(Mount port) {
    port.http().get("/echo", FieldBytesTest::echo);
    port.webSocket("/live", Live::new);
  }

  private static void echo(ServerRequest request, ServerResponse response) {
    var asked = request.headers().first(HeaderNames.create("X-Asked")).orElse("");
    response.header(HeaderValues.create("X-Answer", asked, asked + "2"));
    response.header(HeaderValues.create("Content-Disposition", asked));
    response.send("x");
  }

  private static final class Live implements WsListener {
    @Override
    public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
      var asked = headers.first(HeaderNames.create("X-Asked")).orElse("");
      return Optional.of(WritableHeaders.create().add(HeaderValues.create("X-Answer", asked)));
    }
  }

  private static RunningServer start(boolean forwarded) {
    return forwarded
        ? RunningServer.startForwarded(YAML, Clocks.system(), FieldBytesTest::mount)
        : RunningServer.start(YAML, FieldBytesTest::mount);
  }

  @ParameterizedTest(name = "forwarded: {0}")
  @ValueSource(booleans = {false, true})
  void onEachVersion(boolean forwarded) throws Exception {
    try (var server = start(forwarded)) {
      for (var version : List.of("1.0", "1.1")) {
        var answer =
            RawHttp.send(
                server.port(),
                "GET /echo HTTP/%s\r\nHost: localhost\r\nX-Asked: %s\r\n\r\n"
                    .formatted(version, VALUE));
        assertEquals(200, answer.status(), version);
        assertEquals(VALUE, answer.header("x-answer"), version);
        assertEquals(VALUE, answer.header("content-disposition"), version);
      }
      try (var client = RawClient.connect(server.port())) {
        client.headers(
            1,
            true,
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/echo",
            ":authority",
            "localhost",
            "x-asked",
            VALUE);
        var head = client.response(1).head();
        assertEquals(
            List.of(VALUE),
            head.stream()
                .filter(field -> field.name().equals("content-disposition"))
                .map(field -> field.value())
                .toList());
      }
    }
  }

  @ParameterizedTest(name = "forwarded: {0}")
  @ValueSource(booleans = {false, true})
  void onAnUpgrade(boolean forwarded) throws Exception {
    try (var server = start(forwarded)) {
      var answer =
          RawHttp.send(
              server.port(),
              "GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                  + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Asked: "
                  + VALUE
                  + "\r\n\r\n");
      assertEquals(101, answer.status());
      assertEquals(VALUE, answer.header("x-answer"));
    }
  }
}
