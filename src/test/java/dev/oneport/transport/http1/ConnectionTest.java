package dev.oneport.transport.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a well-behaved client may rely on. */
final class ConnectionTest {
  private static final String PING = "GET /ping HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

  /** Waits a minute for clients of finished connections. */
  private static final Http1Limits PATIENT =
      new Http1Limits(
          1024,
          8 * 1024,
          32,
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          240,
          Duration.ofMinutes(1),
          Duration.ofMinutes(1),
          Duration.ofMinutes(1));

  private Http1Fixture server;
  private RawHttp client;

  @BeforeEach
  void start() throws IOException {
    server = Http1Fixture.start();
    client = server.connect();
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Test
  void aClientThatAsksForTheEndGetsItAfterTheResponse() throws IOException {
    var response = client.send("GET /ping HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").read();
    assertEquals("pong", response.body());
    assertTrue(response.close());
    assertTrue(client.ended());
  }

  @Test
  void theWishForTheEndMayHideInAListInAnyCase() throws IOException {
    client.send("GET /ping HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n" + SMUGGLED);
    assertTrue(client.read().close());
    assertTrue(client.ended());
    assertEquals(0, server.smuggled.get());
  }

  @Test
  void aHandlerThatSaysCloseEndsTheConnection() throws IOException {
    var response = client.send("GET /close HTTP/1.1\r\nHost: a\r\n\r\n" + SMUGGLED).read();
    assertEquals("closing", response.body());
    assertTrue(response.close());
    assertTrue(client.ended());
    assertEquals(0, server.smuggled.get());
  }

  @Test
  void anUnreadBodyIsNeverTakenForARequest() throws IOException {
    client.send("POST /close HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n" + SMUGGLED);
    assertEquals("closing", client.read().body());
    assertTrue(client.ended());
    assertEquals(0, server.smuggled.get());
  }

  /** It may believe that the connection stays open, and send another request on it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 3\r\n\r\nabc",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
      })
  void aClientThatWasNotToldOfTheEndGetsItAsSoonAsItsBodyHasArrived(String body)
      throws IOException {
    try (var patient = Http1Fixture.start(PATIENT);
        var other = patient.connect()) {
      assertEquals("late", other.send("POST /late HTTP/1.1\r\nHost: a\r\n" + body).read().body());
      assertTrue(other.ended());
    }
  }

  @Test
  void aHundredRequestsInOneWriteGetAHundredResponsesInOrder() throws IOException {
    var requests = new StringBuilder();
    for (var i = 0; i < 100; i++) {
      requests.append("GET /x-echo HTTP/1.1\r\nHost: a\r\nX-Echo: " + i + "\r\n\r\n");
    }
    client.send(requests.toString());
    for (var i = 0; i < 100; i++) {
      assertEquals(String.valueOf(i), client.read().body());
    }
  }

  @Test
  void bodiesMayBePipelinedToo() throws IOException {
    var fixed = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    var chunks = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.send(fixed + chunks + "2\r\nde\r\n0\r\n\r\n" + PING);
    assertEquals("abc", client.read().body());
    assertEquals("de", client.read().body());
    assertEquals("pong", client.read().body());
  }

  @Test
  void headHasTheHeadersOfGetAndNoBody() throws IOException {
    var response = client.send("HEAD /ping HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
    assertEquals(200, response.status());
    assertEquals("4", response.header("content-length"));
    assertEquals("pong", client.send(PING).read().body());
  }

  @Test
  void aStreamedResponseToHeadHasNoBody() throws IOException {
    client.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n" + PING);
    assertEquals(200, client.readHead().status());
    assertEquals("pong", client.read().body());
  }

  @Test
  void aClientThatWaitsForA100AfterAHeadGetsItToo() throws IOException {
    client.send("HEAD /ping HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
    client.send(expecting("/echo"));
    assertEquals(100, client.read().status());
    assertEquals("abc", client.send("abc").read().body());
  }

  @Test
  void aRefusalAfterAHeadHasItsBody() throws IOException {
    client.send("HEAD /ping HTTP/1.1\r\nHost: a\r\n\r\n").readHead();
    var refusal = client.send("GET /ping HTTP/1.1\r\n\r\n").read();
    assertEquals(400, refusal.status());
    assertEquals("refused", refusal.body());
    assertTrue(client.ended());
  }

  @Test
  void optionsOfTheWholeServerAreAnswered() throws IOException {
    assertEquals("server", client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").read().body());
    assertEquals("pong", client.send(PING).read().body());
  }

  @Test
  void aResponseHeaderWithTwoValuesStaysTwoHeaders() throws IOException {
    var response = client.send("GET /twice HTTP/1.1\r\nHost: a\r\n\r\n").read();
    assertEquals(List.of("1", "2"), response.all("x-m"));
  }

  @Test
  void aStreamedResponseIsChunked() throws IOException {
    var response = client.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n").read();
    assertEquals(100 * 1024, response.body().length());
    assertEquals("pong", client.send(PING).read().body());
  }

  @Test
  void aClientThatWaitsForA100GetsItWhenTheHandlerReads() throws IOException {
    client.send(expecting("/echo"));
    assertEquals(100, client.read().status());
    assertEquals("abc", client.send("abc").read().body());
    assertEquals("pong", client.send(PING).read().body());
  }

  @Test
  void aClientThatGetsAnAnswerInsteadOfA100MayNotBeBelievedAfter() throws IOException {
    client.send(expecting("/ignore"));
    var response = client.read();
    assertEquals("ignored", response.body());
    assertTrue(response.close(), "it may send the body or not, no one can tell");
    client.send(SMUGGLED);
    assertTrue(client.ended());
    assertEquals(0, server.smuggled.get());
  }

  @Test
  void aBodyThatComesWithoutWaitingForThe100IsTaken() throws IOException {
    client.send(expecting("/echo") + "abc");
    assertEquals(100, client.read().status());
    assertEquals("abc", client.read().body());
    assertEquals("pong", client.send(PING).read().body());
  }

  private static String expecting(String path) {
    return "POST "
        + path
        + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
  }

  @Test
  void aHandlersExceptionIsNotTold() throws IOException {
    var response = client.send("GET /fail HTTP/1.1\r\nHost: a\r\n\r\n").read();
    assertEquals(500, response.status());
    assertFalse(response.body().contains("secret"));
    assertEquals("pong", client.send(PING).read().body());
  }

  @Test
  void aRefusedUploadGetsToSeeTheRefusal() throws IOException {
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n");
    client.send(new byte[64 * 1024]);
    assertEquals(413, client.read().status());
  }

  @Test
  void aBodyCutOffReachesNoOneAsAWhole() throws IOException {
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    client.socket().shutdownOutput();
    assertTrue(client.ended());
  }
}
