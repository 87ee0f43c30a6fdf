package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
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
  void anIdleConnectionStaysAndItsNextRequestIsItsLast() throws Exception {
    try (var idle = server.connect();
        var silent = server.connect()) {
      assertFalse(idle.send(PING).read().close());
      Await.until("both are open", () -> server.http1.openConnections() == 2);
      server.http1.drain();
      for (var client : List.of(idle, silent)) {
        var response =
            client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi").read();
        assertEquals("hi", response.body());
        assertTrue(response.close());
        assertTrue(client.ended());
      }
      assertTrue(server.http1.awaitIdle(SECONDS));
    }
  }

  @Test
  void idleConnectionsAreClosedInTheEnd() throws Exception {
    try (var idle = server.connect();
        var silent = server.connect()) {
      assertEquals("pong", idle.send(PING).read().body());
      Await.until("both are open", () -> server.http1.openConnections() == 2);
      server.http1.drain();
      server.http1.closeIdle();
      assertTrue(silent.ended());
      assertTrue(server.http1.awaitIdle(SECONDS));
      assertEquals(0, server.http1.openConnections());
    }
  }

  /** A client that sends a request just then knows by the 408 that it was not taken. */
  @Test
  void aRequestThatCrossesTheCloseOfItsIdleConnectionIsToldThatItWasNotTaken() throws Exception {
    try (var client = server.connect()) {
      assertEquals("pong", client.send(PING).read().body());
      server.http1.drain();
      server.http1.closeIdle();
      // It has been told, and does not know yet.
      client.in().mark(1);
      assertEquals('H', client.in().read());
      client.in().reset();
      client.send("POST /smuggled HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
      var response = client.read();
      assertEquals(408, response.status());
      assertTrue(response.close());
      assertTrue(client.ended());
      assertEquals(0, server.smuggled.get());
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
    server.http1.closeIdle();
    try (var client = server.connect()) {
      assertTrue(client.ended());
    }
  }
}
