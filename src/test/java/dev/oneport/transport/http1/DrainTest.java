package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DrainTest {
  private static final Duration SECONDS = Duration.ofSeconds(20);
  private static final String PING = "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n";

  private Http1Fixture server;

  @BeforeEach
  void start() {
    server = Http1Fixture.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void idleConnectionsAreClosedAtOnce() throws Exception {
    try (var idle = server.connect();
        var silent = server.connect()) {
      assertEquals("pong", idle.send(PING).read().body());
      Await.until("both are open", () -> server.http1.openConnections() == 2);
      server.http1.drain();
      assertTrue(idle.ended());
      assertTrue(silent.ended());
      assertTrue(server.http1.awaitIdle(SECONDS));
      assertEquals(0, server.http1.openConnections());
    }
  }

  @Test
  void aRequestUnderWayIsAnsweredAndItsConnectionClosed() throws Exception {
    try (var client = server.connect()) {
      client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
      server.slowEntered.await();
      server.http1.drain();
      assertFalse(server.http1.awaitIdle(Duration.ofMillis(1)));
      server.slowReleased.countDown();
      var response = client.read();
      assertEquals("slow", response.body());
      assertTrue(response.close());
      assertTrue(client.ended());
      assertTrue(server.http1.awaitIdle(SECONDS));
    }
  }

  @Test
  void aNewConnectionIsServedOnce() throws Exception {
    server.http1.drain();
    try (var client = server.connect()) {
      var response = client.send(PING).read();
      assertEquals("pong", response.body());
      assertTrue(response.close());
      assertTrue(client.ended());
    }
  }

  @Test
  void aNewConnectionThatIsSilentIsClosed() throws Exception {
    server.http1.drain();
    try (var client = server.connect()) {
      assertTrue(client.ended());
    }
  }
}
