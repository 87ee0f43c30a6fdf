package dev.oneport.transport.connect;

import static dev.oneport.transport.connect.WebPort.PING;
import static dev.oneport.transport.connect.WebPort.PROTO;
import static dev.oneport.transport.connect.WebPort.TEXT;
import static dev.oneport.transport.connect.WebPort.WEB;
import static dev.oneport.transport.connect.WebPort.base64;
import static dev.oneport.transport.connect.WebPort.text;
import static dev.oneport.transport.connect.WebPort.token;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ManualClock;
import dev.oneport.testing.WebReply;
import io.grpc.Status.Code;
import java.io.InputStream;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** However a call ends, the client is told, the handler hears it once, and the audit says it. */
@ParameterizedClass
@EnumSource(
    value = Version.class,
    names = {"HTTP_1_1", "HTTP_2"})
final class WebLifecycleTest {
  private static final int SECONDS = 20;
  private static final int RACES = Integer.getInteger("oneport.test.races", 50);

  private final ManualClock clock = new ManualClock(Instant.now());
  private final WebPort port;

  WebLifecycleTest(Version version) {
    this.port = new WebPort(version, clock.clocks(), "");
  }

  @AfterEach
  void stop() {
    port.close();
  }

  private CompletableFuture<HttpResponse<byte[]>> begin(String path) {
    var request = port.client().request("POST", path, WEB, WebReply.frame(PING), List.of(token()));
    return port.client().http().sendAsync(request, BodyHandlers.ofByteArray());
  }

  @ParameterizedTest
  @CsvSource({"/Closed/Silent, cancelled true true", "/Closed/SleepsLong, interrupted"})
  void aStreamEndsWithItsToken(String path, String heard) throws Exception {
    var answer = begin(path);
    assertEquals("called", port.odd().heard());
    clock.advance(Duration.ofHours(2));
    var reply = WebReply.of(answer.get(SECONDS, TimeUnit.SECONDS));
    assertEquals(Code.UNAUTHENTICATED, reply.code());
    assertEquals("ACCESS_TOKEN_EXPIRED", reply.info().getReason());
    assertEquals(heard, port.odd().heard());
  }

  @Test
  void aStreamEndsWhenThePolicyNoLongerAllowsIt() throws Exception {
    var answer = begin("/Closed/Silent");
    assertEquals("called", port.odd().heard());
    assertTrue(port.reloadWithout());
    var reply = WebReply.of(answer.get(SECONDS, TimeUnit.SECONDS));
    assertEquals(Code.PERMISSION_DENIED, reply.code());
  }

  @Test
  void aStreamThatHasBegunEndsWithALastFrame() throws Exception {
    var answer = begin("/Odd/OneThenSilence");
    assertEquals("called", port.odd().heard());
    port.server().close();
    var reply = WebReply.of(answer.get(SECONDS, TimeUnit.SECONDS));
    assertEquals("first", text(reply.messages().getFirst()));
    assertEquals(Code.UNAVAILABLE, reply.code());
    assertEquals("DRAINING", reply.info().getReason());
    assertEquals("cancelled true true", port.odd().heard());
  }

  @ParameterizedTest
  @CsvSource({"/Odd/Silent", "/Odd/Never", "/Odd/OneThenSilence"})
  void aHandlerHearsThatItsClientHasGone(String path) throws Exception {
    var answer = begin(path);
    assertEquals("called", port.odd().heard());
    answer.cancel(true);
    port.client().close();
    assertEquals("cancelled true true", port.odd().heard());
  }

  @Test
  void aHandlerThatAsksLateHearsTheEndOfWhatTheClientSends() throws Exception {
    var reply =
        WebReply.of(
            port.post(
                "/Odd/AsksLate",
                WEB,
                WebReply.frame("hi".getBytes(UTF_8)),
                new HeaderField("grpc-timeout", "20S")));
    assertEquals(Code.OK, reply.code());
    assertEquals("hi", text(reply.messages().getFirst()));
  }

  @Test
  void everyClientIsToldTheEndHoweverTheyRace() throws Exception {
    for (int i = 0; i < RACES; i++) {
      var reply =
          WebReply.of(
              port.post(
                  "/Odd/OneThenSilence",
                  WEB,
                  WebReply.frame(PING),
                  new HeaderField("grpc-timeout", "20m")));
      assertEquals(Code.DEADLINE_EXCEEDED, reply.code(), "call " + i);
    }
  }

  @Test
  void everyHandlerHearsItHoweverTheyRace() throws Exception {
    for (int i = 0; i < RACES; i++) {
      var answer = begin(i % 2 == 0 ? "/Odd/Never" : "/Odd/Silent");
      assertEquals("called", port.odd().heard());
      answer.cancel(true);
      assertEquals("cancelled true true", port.odd().heard(), "call " + i);
    }
  }

  @ParameterizedTest
  @CsvSource({"/Odd/SleepsLong", "/Closed/SleepsLong"})
  void aBusyHandlerIsWokenWhenItsClientHasGone(String path) throws Exception {
    var answer = begin(path);
    assertEquals("called", port.odd().heard());
    answer.cancel(true);
    port.client().close();
    assertEquals("interrupted", port.odd().heard());
    assertEquals("cancelled true true", port.odd().heard());
  }

  @Test
  void aSenderIsLetGoWhenItsClientHasGone() throws Exception {
    var request =
        port.client()
            .request("POST", "/Odd/Flood", WEB, WebReply.frame("1000".getBytes(UTF_8)), List.of());
    try (InputStream body =
        port.client().http().send(request, BodyHandlers.ofInputStream()).body()) {
      assertEquals(0, body.read());
    }
    port.client().close();
    assertEquals("cancelled true true", port.odd().heard());
  }

  @Test
  void aDeadlineIsHeardByTheHandler() throws Exception {
    port.post("/Odd/Never", WEB, WebReply.frame(PING), new HeaderField("grpc-timeout", "500m"));
    assertEquals("called", port.odd().heard());
    assertEquals("cancelled true true", port.odd().heard());
  }

  @Test
  void uploadsThatAreRefusedLeaveTheConnectionAsItWas() throws Exception {
    var upload = new byte[1 << 20];
    for (int i = 0; i < 50; i++) {
      assertEquals(401, port.post("/Closed/Upload", PROTO, upload).statusCode());
    }
    assertEquals(200, port.post("/Closed/Upload", PROTO, PING, token()).statusCode());
  }

  @Test
  void theAuditSaysTheSameAsOfGrpcItself() throws Exception {
    port.post("/Echo/Ping", WEB, WebReply.frame(PING), token());
    port.post("/Echo/Ping", PROTO, PING, token());
    port.post("/Echo/Watch", TEXT, base64(WebReply.frame(new byte[] {16, 2})), token());
    port.post("/Echo/Ping", PROTO, PING);
    port.close();
    var said =
        port.server().audit().lines().stream()
            .filter(line -> line.contains("Echo"))
            .map(line -> line.replaceFirst(".*\"message\":\"([^\"]*)\".*", "$1"))
            .toList();
    assertEquals(
        List.of(
            "GRPC Echo/Ping by alice@example.com: OK",
            "GRPC Echo/Ping by alice@example.com: OK",
            "GRPC Echo/Watch by alice@example.com started",
            "GRPC Echo/Watch by alice@example.com: OK",
            "GRPC Echo/Ping denied: CREDENTIALS_MISSING"),
        said);
  }
}
