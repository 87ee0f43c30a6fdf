package dev.oneport.transport.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.Http2Bytes;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.frames.Frame;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plain HTTP requests on HTTP/2 behave as on Helidon's routing, and as RFC 9110 has them. */
final class HttpTest {
  private final AtomicInteger filtered = new AtomicInteger();
  private Http2Port port =
      Http2Port.builder().server(s -> s.maxPayloadSize(50_000)).http(this::routes).start();
  private RawClient client = RawClient.connect(port.port());

  @BeforeEach
  void greet() {
    assertTrue(client.isAlive());
  }

  @AfterEach
  void stop() {
    client.close();
    port.close();
  }

  private void routes(HttpRouting.Builder routes) {
    routes
        .addFilter(
            (chain, _, _) -> {
              filtered.incrementAndGet();
              chain.proceed();
            })
        .error(
            IllegalStateException.class,
            (_, res, _) -> res.status(Status.CONFLICT_409).send("handled"))
        .get("/ping", (_, res) -> res.send("pong"))
        .head("/ping", (_, res) -> res.send("pong"))
        .route(Method.OPTIONS, "/ping", (_, res) -> res.header("Allow", "GET").send())
        .get("/fails", (_, _) -> failing(new IllegalArgumentException("hunter2")))
        .get("/handled", (_, _) -> failing(new IllegalStateException("hunter2")))
        .get("/query", (req, res) -> res.send(req.query().get("a")))
        .get("/cookies", (req, res) -> res.send(req.headers().get(HeaderNames.COOKIE).get()))
        .get(
            "/host",
            (req, res) -> res.send(req.authority() + " " + req.prologue().protocolVersion()))
        .get("/cn", (req, res) -> res.send("" + req.headers().contains(HeaderNames.X_HELIDON_CN)))
        .get("/nothing", (_, res) -> res.status(Status.NO_CONTENT_204).send())
        .get("/repeated", HttpTest::repeated)
        .get("/forbidden", HttpTest::forbidden)
        .get("/stream", HttpTest::stream)
        .get("/half", HttpTest::half)
        .get("/trailers", HttpTest::trailers)
        .get("/nobody", (_, _) -> {})
        .get("/reroute", (_, res) -> res.reroute("/ping"))
        .get("/split", (_, res) -> res.header("x-split", "a\r\nb: c").send("x"))
        .post("/echo", (req, res) -> res.send(req.content().as(byte[].class)))
        .post(
            "/copy",
            (req, res) -> {
              try (var in = req.content().inputStream();
                  var out = res.outputStream()) {
                in.transferTo(out);
              }
            })
        .post("/ignore", (_, res) -> res.send("ignored"))
        .post("/refuse", (_, res) -> res.status(Status.FORBIDDEN_403).send("no"));
  }

  private static void failing(RuntimeException failure) {
    throw failure;
  }

  private static void repeated(Object request, ServerResponse response) {
    response.headers().add(HeaderValues.create("x-m", "1", "2"));
    response.headers().add(HeaderValues.create(HeaderNames.SET_COOKIE, "a=b"));
    response.headers().add(HeaderValues.create(HeaderNames.SET_COOKIE, "c=d"));
    response.send("x");
  }

  private static void forbidden(Object request, ServerResponse response) {
    response
        .header("Connection", "close")
        .header("Keep-Alive", "5")
        .header("Upgrade", "x")
        .send("x");
  }

  private static void stream(Object request, ServerResponse response) throws IOException {
    try (var out = response.outputStream()) {
      for (int i = 0; i < 10; i++) {
        out.write(("line " + i + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    }
  }

  private static void half(Object request, ServerResponse response) throws IOException {
    var out = response.outputStream();
    out.write(1);
    out.flush();
    throw new IllegalStateException("in the middle");
  }

  private static void trailers(Object request, ServerResponse response) {
    response.header("Trailer", "x-after");
    response.beforeTrailers(trailers -> trailers.set(HeaderNames.create("x-after"), "the end"));
    response.send("body");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      nullValues = "-",
      value = {
        "GET, /ping, 200, pong",
        "GET, /ping?x=y, 200, pong",
        "HEAD, /ping, 200, -",
        "OPTIONS, /ping, 200, -",
        "GET, /nowhere, 404, Endpoint not found",
        "POST, /ping, 404, Endpoint not found",
        "OPTIONS, *, 404, Endpoint not found",
        "GET, /query?a=b, 200, b",
        "GET, /query?a=%20x, 200,  x",
        "GET, /host, 200, localhost 2.0",
        "GET, /handled, 409, handled",
        "GET, /nothing, 204, -",
        "GET, /nobody, 500, -",
        "GET, /reroute, 200, pong",
        "GET, ping, 400, -",
        "GET, /a b, 400, -",
        "GET, /a%0, 400, -",
      })
  void aRequestIsAnsweredAsItsRouteSays(String method, String path, String status, String body) {
    var response = client.request(1, true, method, path).response(1);
    assertEquals(status, response.status());
    if (!status.equals("500") && !status.equals("400")) {
      assertEquals(body == null ? "" : body.strip(), response.text().strip());
    }
    assertTrue(response.ended());
  }

  @Test
  void aHeadHasTheLengthOfItsGetAndNoBody() {
    var response = client.request(1, true, "HEAD", "/ping").response(1);
    assertEquals("4", response.header("content-length"));
    assertEquals(0, response.body().length);
  }

  @Test
  void anAnswerWithoutContentHasNoLength() {
    assertEquals(List.of(), client.get(1, "/nothing").response(1).headers("content-length"));
  }

  @Test
  void anOptionsRequestKeepsItsAllow() {
    assertEquals("GET", client.request(1, true, "OPTIONS", "/ping").response(1).header("allow"));
  }

  @Test
  void anExceptionsMessageGoesToNobodyUnlessThereIsAHandlerForIt() {
    var response = client.get(1, "/fails").response(1);
    assertEquals("500", response.status());
    assertFalse(response.text().contains("hunter2"));
  }

  @Test
  void repeatedHeadersStayRepeated() {
    var response = client.get(1, "/repeated").response(1);
    assertEquals(List.of("1", "2"), response.headers("x-m"));
    assertEquals(List.of("a=b", "c=d"), response.headers("set-cookie"));
  }

  @Test
  void headersOfHttp1ConnectionsAreNotSent() {
    var response = client.get(1, "/forbidden").response(1);
    assertEquals("200", response.status());
    for (var name : List.of("connection", "keep-alive", "upgrade", "transfer-encoding")) {
      assertEquals(List.of(), response.headers(name));
    }
  }

  @Test
  void aHeaderCannotBeSplit() {
    var response = client.get(1, "/split").response(1);
    assertEquals("500", response.status());
    assertEquals(List.of(), response.headers("b"));
  }

  @Test
  void cookiesInPiecesAreOneHeader() {
    var response = client.get(1, "/cookies", "cookie", "a=b", "cookie", "c=d").response(1);
    assertEquals("a=b; c=d", response.text());
  }

  @Test
  void onlyTheServerSaysWhoTheTlsClientIs() {
    assertEquals("false", client.get(1, "/cn", "x-helidon-cn", "admin").response(1).text());
  }

  @Test
  void aStreamedBodyArrivesBitByBit() {
    client.get(1, "/stream");
    int frames = 0;
    var frame = client.awaitType(Frame.DATA);
    while (!frame.endsStream()) {
      frames++;
      frame = client.awaitType(Frame.DATA);
    }
    assertEquals(10, frames);
  }

  @Test
  void aFailureInTheMiddleOfABodyIsSeenAsOne() {
    var response = client.get(1, "/half").response(1);
    assertEquals(Optional.of(ErrorCode.INTERNAL_ERROR), response.reset());
    assertEquals("pong", client.get(3, "/ping").response(3).text());
  }

  @Test
  void trailersFollowTheBody() {
    var response = client.get(1, "/trailers").response(1);
    assertEquals("body", response.text());
    assertEquals("the end", response.trailer("x-after"));
  }

  @Test
  void aBodyComesBackWhole() {
    var body = "0123456789".repeat(4_000).getBytes(StandardCharsets.US_ASCII);
    client.windowUpdate(0, 1 << 20);
    for (int stream = 1; stream < 6; stream += 2) {
      client.post(stream, stream == 3 ? "/copy" : "/echo");
      for (int from = 0; from < body.length; from += 10_000) {
        var part = Arrays.copyOfRange(body, from, from + 10_000);
        client.data(stream, from + 10_000 == body.length, part);
      }
      assertEquals(40_000, client.response(stream).body().length);
    }
  }

  @Test
  void aClientThatWaitsToBeAskedIsAsked() {
    client.post(1, "/echo", "expect", "100-continue");
    client.await(frame -> frame.is(Frame.HEADERS) && !frame.endsStream());
    client.data(1, true, (byte) 'x');
    assertEquals("x", client.response(1).text());
  }

  @Test
  void aClientThatWaitsToBeAskedIsToldAtOnceWhenItIsNotWanted() {
    client.post(1, "/refuse", "expect", "100-continue");
    var response = client.response(1);
    assertEquals("403", response.status());
    assertEquals(List.of(), response.interim());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/echo", "/copy"})
  void aBodyAboveTheLimitIsAnswered413(String path) {
    client.post(1, path, "content-length", "50001");
    assertEquals("413", client.response(1).status());
    client.post(3, path);
    for (int i = 0; i < 6; i++) {
      client.data(3, false, new byte[10_000]);
    }
    var response = client.response(3);
    assertTrue(response.status().equals("413") || response.reset().isPresent());
    assertEquals("pong", client.get(5, "/ping").response(5).text());
  }

  @Test
  void fieldsAboveTheLimitAreAnswered431AndTheConnectionGoesOn() {
    var large = "x".repeat(8_000);
    client.get(1, "/ping", "a", large, "b", large, "c", large, "d", large, "e", large);
    assertEquals("431", client.response(1).status());
    client.post(3, "/echo", "a", large, "b", large, "c", large, "d", large, "e", large);
    assertEquals("431", client.response(3).status());
    assertEquals("pong", client.get(5, "/ping").response(5).text());
    assertEquals(1, filtered.get());
  }

  @ParameterizedTest(name = "literal kind {0}")
  @ValueSource(ints = {0x00, 0x10, 0x40})
  void aTokenOfTwelveKilobytesPassesHoweverItIsWritten(int kind) {
    var name = "authorization".getBytes(StandardCharsets.US_ASCII);
    var value = "Bearer ".concat("t".repeat(12 << 10)).getBytes(StandardCharsets.US_ASCII);
    var block = new ByteArrayOutputStream();
    block.writeBytes(
        Http2Bytes.block(":method", "GET", ":scheme", "http", ":path", "/ping", ":authority", "h"));
    block.write(kind);
    block.write(name.length);
    block.writeBytes(name);
    block.write(127);
    int rest = value.length - 127;
    block.write(rest % 128 + 128);
    block.write(rest / 128);
    block.writeBytes(value);
    client.frame(Frame.HEADERS, Frame.END_HEADERS | Frame.END_STREAM, 1, block.toByteArray());
    assertEquals("200", client.response(1).status());
    assertEquals("pong", client.get(3, "/ping").response(3).text());
  }

  @ParameterizedTest(name = "{0} announced, {1} sent")
  @CsvSource({"5, 4", "5, 6", "0, 1"})
  void aBodyOfAnotherLengthThanAnnouncedResetsItsStream(int announced, int sent) {
    client.post(1, "/ignore", "content-length", "" + announced).data(1, true, new byte[sent]);
    client.awaitReset(1);
    assertEquals("pong", client.get(3, "/ping").response(3).text());
  }

  @Test
  void filtersSeeEachRequestOnce() {
    client.get(1, "/ping").response(1);
    client.get(3, "/nowhere").response(3);
    assertEquals(2, filtered.get());
  }

  @Test
  void aRequestAboveTheListenersLimitIsAnswered503() throws InterruptedException {
    var gate = new CountDownLatch(1);
    var inside = new CountDownLatch(1);
    try (var limited =
            Http2Port.builder()
                .server(s -> s.maxConcurrentRequests(1))
                .http(
                    r ->
                        r.get(
                            "/wait",
                            (_, res) -> {
                              inside.countDown();
                              gate.await();
                              res.send("done");
                            }))
                .start();
        var one = RawClient.connect(limited.port())) {
      one.get(1, "/wait");
      Await.latch("the first is inside", inside);
      assertEquals("503", one.get(3, "/wait").response(3).status());
      gate.countDown();
      assertEquals("done", one.response(1).text());
      // The permit goes back after the response has gone out.
      var stream = new AtomicInteger(3);
      Await.until(
          "there is room again",
          () -> {
            int next = stream.addAndGet(2);
            return one.get(next, "/wait").response(next).status().equals("200");
          });
    }
  }
}
