package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.transport.RefusedRequests;
import dev.oneport.transport.http1.UpgradeTest.ShoutingConnection;
import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two protocols told apart by a connection's first bytes. */
@Timeout(60)
final class FirstBytesTest {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private Http1Server http1;
  private WebServer server;

  /** Stands where HTTP/2 will: it shouts. */
  static final class Shouted implements ServerConnectionSelector {
    @Override
    public int bytesToIdentifyConnection() {
      return 0;
    }

    @Override
    public Support supports(BufferData data) {
      return Support.UNSUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
      return Set.of("h2");
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
      return new ShoutingConnection(context);
    }
  }

  @BeforeEach
  void start() {
    var second = Duration.ofSeconds(1);
    var limits = new Http1Limits(1024, 8192, 32, second, second, second, 0, second, second, second);
    http1 = new Http1Server(limits, List.of(), RefusedRequests.IGNORED);
    server =
        WebServer.builder()
            .port(0)
            .host("127.0.0.1")
            .useNio(false)
            .protocolsDiscoverServices(false)
            .addConnectionSelector(http1.selector(new Shouted()))
            .routing(routing -> routing.get("/ping", (_, response) -> response.send("pong")))
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void aPrefaceInPiecesIsHttp2() throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      for (var i = 0; i < PREFACE.length(); i++) {
        client.send(PREFACE.substring(i, i + 1));
      }
      client.send("abc");
      var heard = client.in().readNBytes(PREFACE.length() + 3);
      assertEquals(PREFACE + "ABC", new String(heard, StandardCharsets.US_ASCII));
      assertEquals(0, http1.openConnections());
    }
  }

  @Test
  void aRequestIsNot() throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      assertEquals("pong", client.send("GET /ping HTTP/1.1\r\nHost: a\r\n\r\n").read().body());
    }
  }

  @Test
  void aClientThatSendsNothingIsDropped() throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      assertTrue(client.ended());
    }
  }

  @Test
  void aClientThatStopsInsideThePrefaceIsDropped() throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      assertTrue(client.send("PRI * HT").ended());
    }
  }

  @Test
  void theEndOfADrainEndsWhatHasSentNothing() throws IOException {
    try (var client = RawHttp.connect(server.port())) {
      Await.until("it is open", () -> http1.openConnections() == 1);
      http1.drain();
      http1.closeIdle();
      assertTrue(client.ended());
    }
  }

  @Test
  void bothProtocolsAreOffered() {
    assertEquals(
        Set.of("h2", "http/1.1"), http1.selector(new Shouted()).supportedApplicationProtocols());
  }
}
