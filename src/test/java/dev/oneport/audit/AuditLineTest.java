package dev.oneport.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.audit.CallRecord.Event;
import dev.oneport.audit.CallRecord.Request;
import dev.oneport.audit.CallRecord.Traffic;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AuditLineTest {
  @Test
  void aCallerIsNotShownWhatIsForOperatorsOnly() {
    var call =
        new CallRecord(
            Event.ENDED,
            Instant.EPOCH,
            "HTTP GET /ping",
            "alice",
            "dev",
            "/etc/oneport/application.yaml:7",
            "",
            "a detail",
            "200",
            Code.OK,
            2_000_000,
            Traffic.NONE,
            new Request("GET", "/ping", "192.0.2.1", "curl/8", "HTTP/1.1", Optional.empty()));
    assertEquals(
        "{\"severity\":\"INFO\",\"time\":\"1970-01-01T00:00:00Z\",\"message\":\"HTTP GET /ping by alice: 200\","
            + "\"httpRequest\":{\"requestMethod\":\"GET\",\"requestUrl\":\"/ping\",\"protocol\":\"HTTP/1.1\","
            + "\"latency\":\"0.002000000s\",\"status\":200},"
            + "\"call\":{\"event\":\"ended\",\"route\":\"HTTP GET /ping\",\"decision\":\"allowed\","
            + "\"caller\":\"alice\",\"issuer\":\"dev\",\"rule\":\"application.yaml:7\",\"status\":\"200\","
            + "\"code\":\"OK\",\"latencySeconds\":0.002,\"messagesIn\":0,\"messagesOut\":0,"
            + "\"bytesIn\":0,\"bytesOut\":0}}",
        AuditLine.forCaller(call));
  }
}
