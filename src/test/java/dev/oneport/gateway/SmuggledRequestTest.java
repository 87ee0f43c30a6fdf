package dev.oneport.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Dialect;
import dev.oneport.testing.Origin;
import dev.oneport.testing.RunningServer;
import dev.oneport.transport.http1.RawHttp;
import dev.oneport.transport.http2.Await;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The table of what is an HTTP/1.1 request, before an upstream: a refused request is refused alike
 * and hides no second one, in whatever dialect the upstream reads what arrived.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class SmuggledRequestTest {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String TABLE = "dev.oneport.transport.http1.RequestTableTest#";

  private static final Dialect STRICT = new Dialect(false, false, false, false, false);

  @SuppressWarnings("InlineFormatString")
  private static final String YAML =
      """
      server: { max-header-size: 8KiB, max-body-size: 256KiB, http1: { max-request-line: 1KiB, max-headers: 32 } }
      upstreams: { a: { url: "%s" } }
      forward: [ { route: HTTP * /**, to: a } ]
      policy: { rules: [ { allow: [ anyone ], route: HTTP * /** } ] }
      """;

  private final Origin origin = Origin.echo();
  private final RunningServer server = RunningServer.start(YAML.formatted(origin.url()));

  /** The next row begins with a new connection to the upstream. */
  @AfterEach
  void cut() {
    origin.cut();
    Await.until("the upstream has closed", () -> origin.open() == 0);
    origin.forget();
  }

  @AfterAll
  void stop() {
    server.close();
    origin.close();
  }

  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource(TABLE + "refused")
  void isRefusedAndHidesNothing(String name, int status, String request) throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      client.send(request + SMUGGLED);
      var response = client.read();
      assertEquals(status, response.status());
      assertEquals("close", response.header("connection"));
      client.socket().shutdownOutput();
      assertTrue(client.ended(), "another response follows");
    }
    everyDialectSeesTheSame();
  }

  /** The second request is one that the client sent. */
  @ParameterizedTest(name = "{0}")
  @MethodSource(TABLE + "served")
  void isOneRequestForEveryUpstream(String name, String body, String request) throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      client.send(request + "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      var all = new String(client.socket().getInputStream().readAllBytes(), ISO_8859_1);
      assertTrue(all.startsWith("HTTP/1.1 "), name + body);
    }
    everyDialectSeesTheSame();
  }

  private void everyDialectSeesTheSame() {
    for (var bytes : origin.received()) {
      var strict = STRICT.messages(bytes);
      assertTrue(strict.stream().noneMatch(line -> line.startsWith("GET /smuggled")), bytes);
      Dialect.all()
          .forEach(dialect -> assertEquals(strict, dialect.messages(bytes), dialect::toString));
    }
  }
}
