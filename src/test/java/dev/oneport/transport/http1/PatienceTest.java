package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to clients that make the server wait. */
@Timeout(60)
final class PatienceTest {
  private static final String PING = "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(400);

  private static Http1Limits limits(
      Duration firstByte, Duration head, Duration body, Duration write, Duration idle) {
    return new Http1Limits(
        1024, 8192, 32, firstByte, head, body, 240, write, idle, Duration.ofMillis(100));
  }

  @Test
  void aConnectionThatStaysSilentIsClosed() throws IOException {
    try (var server = Http1Fixture.start(limits(SHORT, LONG, LONG, LONG, LONG));
        var client = server.connect()) {
      assertTrue(client.ended());
    }
  }

  @Test
  void aConnectionThatStaysSilentAfterARequestIsClosed() throws IOException {
    try (var server = Http1Fixture.start(limits(LONG, LONG, LONG, LONG, SHORT));
        var client = server.connect()) {
      assertEquals("pong", client.send(PING).read().body());
      assertTrue(client.ended());
    }
  }

  @Test
  void aHeadThatComesByDripsIsTimedOutAsAWhole() throws IOException {
    try (var server = Http1Fixture.start(limits(LONG, SHORT, LONG, LONG, LONG));
        var client = server.connect()) {
      var dripper = Thread.ofVirtual().start(() -> drip(client, "GET /ping HTTP/1.1\r\nX: "));
      var response = client.read();
      assertEquals(408, response.status());
      assertTrue(response.close());
      assertTrue(client.ended());
      dripper.interrupt();
    }
  }

  @Test
  void aSecondHeadThatComesByDripsIsTimedOutToo() throws IOException {
    try (var server = Http1Fixture.start(limits(LONG, SHORT, LONG, LONG, LONG));
        var client = server.connect()) {
      assertEquals("pong", client.send(PING).read().body());
      client.send("GET /ping HTTP/1.1\r\n");
      assertEquals(408, client.read().status());
      assertTrue(client.ended());
    }
  }

  @Test
  void aBodyThatPausesIsTimedOut() throws IOException {
    try (var server = Http1Fixture.start(limits(LONG, LONG, SHORT, LONG, LONG));
        var client = server.connect()) {
      client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
      assertEquals(408, client.read().status());
      assertTrue(client.ended());
    }
  }

  @Test
  void aBodyThatComesByDripsIsTimedOut() throws IOException {
    try (var server = Http1Fixture.start(limits(LONG, LONG, SHORT, LONG, LONG));
        var client = server.connect()) {
      var head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n";
      var dripper = Thread.ofVirtual().start(() -> drip(client, head));
      assertEquals(408, client.read().status());
      assertTrue(client.ended());
      dripper.interrupt();
    }
  }

  @Test
  void aClientThatDoesNotReadIsNotWrittenToForEver() throws Exception {
    try (var server = Http1Fixture.start(limits(LONG, LONG, LONG, SHORT, LONG));
        var client = RawHttp.connect(server.port(), 4096)) {
      client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
      assertTrue(server.bigOver.await(20, TimeUnit.SECONDS));
      try (var other = server.connect()) {
        assertEquals("pong", other.send(PING).read().body());
      }
    }
  }

  @Test
  void aClientThatReadsSlowlyGetsAll() throws Exception {
    try (var server = Http1Fixture.start(limits(LONG, LONG, LONG, Duration.ofSeconds(2), LONG));
        var client = RawHttp.connect(server.port(), 4096)) {
      client.send("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      var read = 0L;
      var buffer = new byte[512 * 1024];
      for (int n; (n = client.in().read(buffer)) > 0; ) {
        read += n;
        Thread.sleep(2);
      }
      assertTrue(read > 16 * 1024 * 1024, "only " + read);
    }
  }

  private static void drip(RawHttp client, String start) {
    try {
      client.send(start);
      while (!Thread.currentThread().isInterrupted()) {
        client.send("a");
        Thread.sleep(20);
      }
    } catch (SocketException | InterruptedException _) {
      // the server has had enough, or the test has
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
