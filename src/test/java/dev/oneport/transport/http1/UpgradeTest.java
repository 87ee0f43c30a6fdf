package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.oneport.transport.Sockets;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader.InsufficientDataAvailableException;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** How a connection comes to speak another protocol. */
@TestInstance(Lifecycle.PER_CLASS)
final class UpgradeTest {
  /** A protocol whose server answers each byte in upper case. */
  record Shouting(String supportedProtocol) implements Http1Upgrader {
    @Override
    public ServerConnection upgrade(
        ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
      var named = headers.get(HeaderNames.UPGRADE).get();
      write(context, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: " + named + "\r\n\r\n");
      return new ShoutingConnection(context);
    }
  }

  record ShoutingConnection(ConnectionContext context) implements ServerConnection {
    @Override
    public void handle(Limit limit) {
      var reader = context.dataReader();
      try {
        while (true) {
          reader.ensureAvailable();
          var heard = reader.readAsciiString(reader.available());
          write(context, heard.toUpperCase(Locale.ROOT));
        }
      } catch (InsufficientDataAvailableException _) {
        // the client is done
      }
    }

    @Override
    public Duration idleTime() {
      return Duration.ZERO;
    }

    @Override
    public void close(boolean interrupt) {
      Sockets.close(context);
    }
  }

  private static void write(ConnectionContext context, String text) {
    context.dataWriter().writeNow(BufferData.create(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private Http1Fixture server;

  @BeforeAll
  void start() {
    server =
        Http1Fixture.start(
            Http1Fixture.LIMITS, List.of(new Shouting("shouting"), new Shouting("Crying")));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  static Stream<Arguments> upgraded() {
    return Stream.of(
        arguments("as registered", "shouting", "Connection: Upgrade\r\nUpgrade: shouting"),
        arguments("in capitals", "shouting", "Connection: UPGRADE\r\nUPGRADE: SHOUTING"),
        arguments("registered with a capital", "Crying", "Connection: upgrade\r\nUpgrade: crying"),
        arguments(
            "after others", "shouting", "Connection: upgrade\r\nUpgrade: h9, irc/6, Shouting"),
        arguments(
            "the client's first choice",
            "Crying",
            "Connection: upgrade\r\nUpgrade: CRYING, shouting"),
        arguments(
            "in a second header",
            "shouting",
            "Connection: upgrade\r\nUpgrade: x\r\nUpgrade: shouting"),
        arguments(
            "in a list of options",
            "shouting",
            "Connection: keep-alive, Upgrade\r\nUpgrade: shouting"),
        arguments(
            "in a second option",
            "shouting",
            "Connection: x\r\nConnection: Upgrade\r\nUpgrade: shouting"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("upgraded")
  void changesTheProtocol(String name, String protocol, String headers) throws IOException {
    try (var client = server.connect()) {
      client.send("GET /upgrade HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n");
      var response = client.read();
      assertEquals(101, response.status());
      assertEquals(protocol, response.header("upgrade"));
      client.send("abc");
      assertEquals("ABC", new String(client.in().readNBytes(3), StandardCharsets.US_ASCII));
      client.socket().shutdownOutput();
      assertTrue(client.ended());
    }
  }

  static Stream<Arguments> notUpgraded() {
    return Stream.of(
        arguments("no option upgrade", "Upgrade: shouting"),
        arguments("an option that only contains it", "Connection: upgrades\r\nUpgrade: shouting"),
        arguments("a protocol that only contains it", "Connection: upgrade\r\nUpgrade: shouting/2"),
        arguments("an empty protocol", "Connection: upgrade\r\nUpgrade:"),
        arguments("another protocol", "Connection: upgrade\r\nUpgrade: TLS/1.0"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notUpgraded")
  void servesHttpAsIfNothingHadBeenAsked(String name, String headers) throws IOException {
    try (var client = server.connect()) {
      client.send("GET /upgrade HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\n");
      assertEquals("none", client.read().body());
    }
  }

  @Test
  void whatComesWithTheRequestBelongsToTheNewProtocol() throws IOException {
    try (var client = server.connect()) {
      var head = "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: shouting";
      client.send(head + "\r\n\r\nGET / HTTP/1.1\r\n\r\n");
      assertEquals(101, client.read().status());
      var heard = client.in().readNBytes(18);
      assertEquals("GET / HTTP/1.1\r\n\r\n", new String(heard, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void aRequestBeforeIsServed() throws IOException {
    try (var client = server.connect()) {
      client.send("GET /ping HTTP/1.1\r\nHost: a\r\n\r\n");
      client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: shouting\r\n\r\nx");
      assertEquals("pong", client.read().body());
      assertEquals(101, client.read().status());
      assertEquals('X', client.in().read());
    }
  }
}
