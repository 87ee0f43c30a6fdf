package dev.oneport.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallRecord.Traffic;
import dev.oneport.record.Code;
import dev.oneport.trace.Trace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines that are put together of encoded parts are those that a plain writer writes. */
final class AuditBytesTest {
  private static final String TOKEN =
      "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MX0.c2lnbmF0dXJlc2lnbmF0dXJl";
  private static final List<String> TEXTS =
      List.of(
          "",
          "alice@example.com",
          "Mozilla/5.0 (X11; Linux x86_64)",
          "\"quoted\" \\ back",
          "tab\tline\nreturn\r\u0000",
          "\u00fc\u4e2d\ud83d\ude00 half \ud83d",
          "\u202eevil\u2028",
          TOKEN,
          "before " + TOKEN + ": after",
          "eyJ",
          "oneport_AbCdEfGh-1234567",
          "x".repeat(300),
          "y".repeat(700),
          "127.0.0.1");

  private final Random random = new Random(16);

  @Test
  void eachLineIsTheSameByteForByte() {
    var line = new JsonWriter();
    var times = new TimeTexts();
    for (int i = 0; i < 50_000; i++) {
      var call = call();
      var project = random.nextBoolean() ? "" : "a-project";
      line.truncate(0);
      AuditLine.write(line, call, project, times);
      assertEquals(plain(call, project), line.toString());
    }
  }

  @Test
  void aTextWithATokenIsNotKept() {
    var texts = new EncodedTexts();
    texts.of("before " + TOKEN);
    assertEquals(0, texts.size());
    texts.of("before");
    assertEquals(1, texts.size());
  }

  @Test
  void howeverManyTextsComeFewAreKept() {
    var texts = new EncodedTexts();
    for (int i = 0; i < 10 * EncodedTexts.MOST; i++) {
      assertEquals("agent " + i, new String(texts.of("agent " + i), StandardCharsets.UTF_8));
      assertTrue(texts.size() <= EncodedTexts.MOST);
    }
  }

  private CallRecord call() {
    var event = any(List.of(Event.values()));
    var protocol = any(List.of(Protocol.values()));
    var route =
        switch (protocol) {
          case HTTP -> "GET /" + text();
          case GRPC -> "Echo/Ping";
          case WS -> "/ws" + text();
        };
    return new CallRecord(
        event,
        time(),
        new Route(protocol, route),
        text(),
        text(),
        text(),
        random.nextBoolean() ? "" : "EXPIRED",
        text(),
        protocol == Protocol.HTTP ? String.valueOf(100 + random.nextInt(500)) : "OK",
        any(List.of(Code.values())),
        nanos(),
        new Traffic(number(), number(), number(), number()),
        new Request(
            "GET",
            text(),
            text(),
            text(),
            random.nextBoolean() ? Optional.empty() : Optional.of(trace()),
            text()));
  }

  private Trace trace() {
    var span = random.nextInt(3) == 0 ? 0 : random.nextLong();
    // Shifted, so that many numbers begin with zeros.
    var high = random.nextLong() >>> random.nextInt(Long.SIZE);
    return new Trace(high, random.nextLong(), span, random.nextBoolean(), "", random.nextBoolean());
  }

  private Instant time() {
    var second = random.nextLong(-4_000_000_000L, 400_000_000_000L);
    return switch (random.nextInt(3)) {
      case 0 -> Instant.ofEpochSecond(second);
      case 1 -> Instant.ofEpochMilli(1_764_000_000_000L + random.nextInt(5_000));
      default -> Instant.ofEpochSecond(second, random.nextInt(1_000_000_000));
    };
  }

  private long nanos() {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextLong(2_000_000);
      case 1 -> random.nextLong(1_000) * 1_000_000;
      case 2 -> random.nextLong(20_000_000_000L);
      case 3 -> (long) Math.pow(10, random.nextInt(18));
      default -> random.nextLong(Long.MAX_VALUE >> random.nextInt(62));
    };
  }

  private long number() {
    return random.nextBoolean() ? random.nextInt(20) : random.nextLong();
  }

  private String text() {
    return any(TEXTS);
  }

  private <T> T any(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** Every member in its order, with nothing kept from line to line. */
  private static String plain(CallRecord call, String project) {
    var request = call.request();
    var line = new StringBuilder("{");
    add(line, "severity", severity(call));
    add(line, "time", call.time().toString());
    add(line, "message", AuditLine.message(call));
    line.append(",\"httpRequest\":{");
    add(line, "requestMethod", request.method());
    add(line, "requestUrl", request.path().isEmpty() ? call.route().path() : request.path());
    addUnlessEmpty(line, "remoteIp", request.peer());
    addUnlessEmpty(line, "userAgent", request.userAgent());
    addUnlessEmpty(line, "protocol", request.version());
    if (call.event() != Event.STARTED) {
      add(
          line,
          "latency",
          "%d.%09ds".formatted(call.nanos() / 1_000_000_000, call.nanos() % 1_000_000_000));
      if (call.route().protocol() == Protocol.HTTP) {
        line.append(",\"status\":").append(call.status());
      }
    }
    line.append('}');
    request
        .trace()
        .ifPresent(
            trace -> {
              var name = project.isEmpty() ? "" : "projects/" + project + "/traces/";
              add(line, "logging.googleapis.com/trace", name + trace.id());
              addUnlessEmpty(line, "logging.googleapis.com/spanId", trace.span());
              line.append(",\"logging.googleapis.com/trace_sampled\":").append(trace.sampled());
            });
    line.append(",\"call\":{");
    outcome(line, call);
    return line.append("}}").toString();
  }

  private static void outcome(StringBuilder line, CallRecord call) {
    add(line, "event", call.event().name().toLowerCase(Locale.ROOT));
    add(line, "route", call.route().toString());
    addUnlessEmpty(line, "path", call.request().path());
    add(line, "decision", call.event() == Event.DENIED ? "denied" : "allowed");
    addUnlessEmpty(line, "reason", call.reason());
    addUnlessEmpty(line, "detail", call.detail());
    addUnlessEmpty(line, "caller", Visible.name(call.caller()));
    addUnlessEmpty(line, "issuer", call.issuer());
    addUnlessEmpty(line, "rule", call.rule());
    if (call.event() != Event.STARTED) {
      add(line, "status", call.status());
      add(line, "code", call.code().name());
      var traffic = call.traffic();
      line.append(",\"latencySeconds\":").append(call.nanos() / 1e9);
      line.append(",\"messagesIn\":").append(traffic.messagesIn());
      line.append(",\"messagesOut\":").append(traffic.messagesOut());
      line.append(",\"bytesIn\":").append(traffic.bytesIn());
      line.append(",\"bytesOut\":").append(traffic.bytesOut());
    }
  }

  private static String severity(CallRecord call) {
    return call.code() == Code.INTERNAL
        ? "ERROR"
        : call.event() == Event.DENIED ? "WARNING" : "INFO";
  }

  private static void addUnlessEmpty(StringBuilder line, String name, String value) {
    if (!value.isEmpty()) {
      add(line, name, value);
    }
  }

  /** Encodes one member by itself. */
  private static void add(StringBuilder line, String name, String value) {
    var member = new JsonWriter().begin().add(name, value).end().toString();
    if (line.charAt(line.length() - 1) != '{') {
      line.append(',');
    }
    line.append(member, 1, member.length() - 1);
  }
}
