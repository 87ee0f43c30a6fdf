package dev.oneport.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.trace.CurrentTrace;
import dev.oneport.trace.Trace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose trace headers an upstream gets: the client's, or those of this server's span. */
final class ForwardedTraceTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final List<String> HEADERS =
      List.of("traceparent", "tracestate", "x-cloud-trace-context", "baggage", "accept");

  @AfterEach
  void clear() {
    CurrentTrace.clear();
  }

  private static List<String> removed() {
    return HEADERS.stream().filter(ForwardedTrace.current()::removes).toList();
  }

  private static Map<String, String> fields(String... sent) {
    return ForwardedTrace.current().fields(List.of(sent)::contains);
  }

  @Test
  void outsideOfATraceTheClientsPass() {
    assertEquals(List.of(), removed());
    assertEquals(Map.of(), fields("x-cloud-trace-context"));
  }

  @Test
  void withoutTelemetryTheClientsPass() {
    CurrentTrace.set(Optional.of(new Trace(ID, SPAN, true, "a=1", false)));
    assertEquals(List.of(), removed());
    assertEquals(Map.of(), fields("traceparent", "x-cloud-trace-context"));
  }

  @Test
  void withTelemetryTheUpstreamContinuesTheSpan() {
    CurrentTrace.set(Optional.of(new Trace(ID, SPAN, true, "a=1", true)));
    assertEquals(List.of("traceparent", "x-cloud-trace-context"), removed());
    assertEquals(Map.of("traceparent", "00-" + ID + "-" + SPAN + "-01"), fields("traceparent"));
  }

  /** It belongs to a parent that does not count, such as a malformed one. */
  @Test
  void aStateWithoutAParentIsDropped() {
    CurrentTrace.set(Optional.of(new Trace(ID, SPAN, false, "", true)));
    assertEquals(List.of("traceparent", "tracestate", "x-cloud-trace-context"), removed());
    assertEquals(Map.of("traceparent", "00-" + ID + "-" + SPAN + "-00"), fields());
  }

  @Test
  void googlesHeaderIsWrittenInPlaceOfTheClients() {
    CurrentTrace.set(Optional.of(new Trace(ID, "0000000000000102", true, "", true)));
    assertEquals(
        Map.of(
            "traceparent",
            "00-" + ID + "-0000000000000102-01",
            "x-cloud-trace-context",
            ID + "/258;o=1"),
        fields("x-cloud-trace-context"));
  }
}
