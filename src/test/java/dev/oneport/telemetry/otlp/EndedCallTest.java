package dev.oneport.telemetry.otlp;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallRecord.Traffic;
import dev.oneport.record.Code;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.time.Instant;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The attributes of a call are those that its span would have been given one by one. */
final class EndedCallTest {
  private static final ServerAddress SERVER = ServerAddress.of("https://example.com:8443");

  @Test
  void theAttributesAreThoseOfTheRecord() {
    var sent = sent("GET /ping", "agent", _ -> {});
    assertEquals("/ping", sent.get(stringKey("http.route")));
    assertEquals(200, sent.get(longKey("http.response.status_code")));
    assertEquals("example.com", sent.get(stringKey("server.address")));
    assertEquals(8443, sent.get(longKey("server.port")));
    assertEquals("allowed", sent.get(stringKey("oneport.decision")));
    assertNull(sent.get(stringKey("oneport.reason")));
    var each = new HashMap<AttributeKey<?>, Object>();
    sent.forEach(each::put);
    assertEquals(each, sent.asMap());
    assertEquals(each.size(), sent.size());
    assertEquals(Attributes.builder().putAll(sent).build(), sent.toBuilder().build());
  }

  @Test
  void aHandlerCanReplaceWhatIsKnownAtTheBeginningButNotTheOutcome() {
    var sent =
        sent(
            "GET /ping",
            "agent",
            span ->
                span.setAttribute("http.route", "mine")
                    .setAttribute("oneport.decision", "mine")
                    .setAttribute("more", "mine"));
    assertEquals("mine", sent.get(stringKey("http.route")));
    assertEquals("allowed", sent.get(stringKey("oneport.decision")));
    assertEquals("mine", sent.get(stringKey("more")));
    assertEquals("agent", sent.get(stringKey("user_agent.original")));
  }

  @Test
  void aTextIsCut() {
    var sent = sent("GET /" + "x".repeat(2000), "agent", _ -> {});
    assertEquals("/" + "x".repeat(1023), sent.get(stringKey("http.route")));
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost, localhost, -1, http",
    "https://[::1]:8443, ::1, 8443, https",
    "http://a_b:1, '', -1, ''",
    "http://two words, '', -1, ''",
    "'', '', -1, ''"
  })
  void theServerIsAsTheClientAddressedIt(String origin, String host, int port, String scheme) {
    assertEquals(new ServerAddress(origin, host, port, scheme), ServerAddress.of(origin));
  }

  private static Attributes sent(String route, String agent, Consumer<Span> handler) {
    try (var provider =
        SdkTracerProvider.builder().addSpanProcessor(SentWithRecord.INSTANCE).build()) {
      var span = provider.get("test").spanBuilder(route).startSpan();
      handler.accept(span);
      span.end();
      return new EndedCall(((ReadableSpan) span).toSpanData(), SERVER, call(route, agent))
          .attributes();
    }
  }

  private static CallRecord call(String route, String agent) {
    return new CallRecord(
        Event.ENDED,
        Instant.EPOCH,
        new Route(Protocol.HTTP, route),
        "alice",
        "issuer",
        "test.yaml:3",
        "",
        "",
        "200",
        Code.OK,
        1,
        Traffic.NONE,
        new Request("GET", "127.0.0.1", agent, "HTTP/1.1", Optional.empty()));
  }
}
