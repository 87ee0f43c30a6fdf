package dev.oneport.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Protocol;
import dev.oneport.api.Route;
import dev.oneport.record.CallRecord;
import dev.oneport.record.CallRecord.Event;
import dev.oneport.record.CallRecord.Request;
import dev.oneport.record.CallRecord.Traffic;
import dev.oneport.record.Code;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AuditLineTest {
  @Test
  void aCallerIsNotShownWhatIsForOperatorsOnly() {
    assertEquals(
        "{\"severity\":\"INFO\",\"time\":\"1970-01-01T00:00:00Z\",\"message\":\"HTTP GET /ping by alice: 200\","
            + "\"httpRequest\":{\"requestMethod\":\"GET\",\"requestUrl\":\"/ping\",\"protocol\":\"HTTP/1.1\","
            + "\"latency\":\"0.002000000s\",\"status\":200},"
            + "\"call\":{\"event\":\"ended\",\"route\":\"HTTP GET /ping\",\"decision\":\"allowed\","
            + "\"caller\":\"alice\",\"issuer\":\"dev\",\"rule\":\"application.yaml:7\",\"status\":\"200\","
            + "\"code\":\"OK\",\"latencySeconds\":0.002,\"messagesIn\":0,\"messagesOut\":0,"
            + "\"bytesIn\":0,\"bytesOut\":0}}",
        AuditLine.forCaller(call(new Route(Protocol.HTTP, "GET /ping"), "200")));
  }

  /** A status that is no HTTP status stands with the call only. */
  @ParameterizedTest
  @CsvSource({
    "HTTP, GET /u/{id}, 200, HTTP GET /u/{id}, /u/{id}, ',\"status\":200'",
    "GRPC, Echo/Ping,   OK,   GRPC Echo/Ping,   /Echo/Ping, ''",
    "WS,   /ws,         1000, WS /ws,           /ws, ''"
  })
  void aRouteIsWrittenAsItsProtocolHasIt(
      Protocol protocol, String name, String status, String route, String url, String http) {
    var line = AuditLine.forCaller(call(new Route(protocol, name), status));
    assertEquals(
        ("\"message\":\"%s by alice: %s\",\"httpRequest\":{\"requestMethod\":\"GET\",\"requestUrl\":\"%s\","
                + "\"protocol\":\"HTTP/1.1\",\"latency\":\"0.002000000s\"%s},"
                + "\"call\":{\"event\":\"ended\",\"route\":\"%s\"")
            .formatted(route, status, url, http, route),
        line.substring(line.indexOf("\"message\""), line.indexOf(",\"decision\"")));
  }

  private static CallRecord call(Route route, String status) {
    return new CallRecord(
        Event.ENDED,
        Instant.EPOCH,
        route,
        "alice",
        "dev",
        "/etc/oneport/application.yaml:7",
        "",
        "a detail",
        status,
        Code.OK,
        2_000_000,
        Traffic.NONE,
        new Request("GET", "192.0.2.1", "curl/8", "HTTP/1.1", Optional.empty()));
  }
}
