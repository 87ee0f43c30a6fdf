package dev.oneport.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Probes;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestCollector;
import dev.oneport.testing.TestCollector.Manner;
import dev.oneport.testing.ThrowingService;
import dev.oneport.trace.CurrentTrace;
import dev.oneport.trace.Trace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A log line of a call belongs to the call's trace, whoever writes it. */
@Timeout(60)
final class LogTraceTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";
  private static final System.Logger HANDLER = System.getLogger("dev.oneport.test.handler");

  private static final List<HeaderField> PARENT =
      List.of(new HeaderField("traceparent", "00-" + ID + "-" + SPAN + "-01"));

  /** Notes the trace of each line where a formatter would ask for it. */
  private static final class Traces extends Handler implements AutoCloseable {
    private final Logger logger;
    private final List<Optional<Trace>> seen = new CopyOnWriteArrayList<>();

    Traces(String name) {
      logger = Logger.getLogger(name);
      logger.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
      seen.add(CurrentTrace.get());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      logger.removeHandler(this);
    }
  }

  static List<String> clients() {
    return Probes.names();
  }

  /** By the transport, after the guard, with the stack trace that an operator looks for. */
  @ParameterizedTest
  @MethodSource("clients")
  void theLineOfAFailureBelongsToTheTrace(String name) throws Exception {
    try (var traces = new Traces("dev.oneport");
        var server =
            RunningServer.start(
                "policy: { rules: [ { allow: [ anyone ], route: "
                    + ThrowingService.routes()
                    + " } ] }",
                new ThrowingService(
                    Map.of("throws", () -> new IllegalStateException("on purpose")), _ -> {}))) {
      try (var client = Probes.of(name, server.port())) {
        var _ = client.call("throws", PARENT);
      }
      server.stop();
      var of = traces.seen.stream().flatMap(Optional::stream).toList();
      assertTrue(!of.isEmpty(), "no line has a trace");
      of.forEach(trace -> assertEquals(ID + SPAN, trace.id() + trace.span()));
    }
  }

  @Test
  void theLineOfAHandlerToo() throws Exception {
    try (var traces = new Traces("dev.oneport.test.handler");
        var server =
            RunningServer.start(
                "policy: { rules: [ { allow: [ anyone ], route: HTTP GET /logs } ] }",
                port ->
                    port.http()
                        .get(
                            "/logs",
                            (_, response) -> {
                              HANDLER.log(System.Logger.Level.INFO, "handled");
                              response.send();
                            }))) {
      try (var client = Probes.of("HTTP/1.1", server.port())) {
        var _ = client.call("logs", PARENT);
        var _ = client.call("logs", List.of());
      }
      assertEquals(List.of(Optional.of(new Trace(ID, SPAN, true)), Optional.empty()), traces.seen);
    }
  }

  /** The next request of the connection, which has no guard, is none of the call's. */
  @Test
  void aConnectionsNextRequestHasNoTraceOfTheOneBefore() throws Exception {
    try (var traces = new Traces("dev.oneport.test.handler");
        var server =
            RunningServer.start(
                "policy: { rules: [ { allow: [ anyone ], route: HTTP GET /logs } ] }",
                port -> port.http().get("/logs", (_, response) -> response.send()))) {
      var parent = "traceparent: 00-" + ID + "-" + SPAN + "-01\r\n";
      assertEquals(
          200,
          RawHttp.send(
                  server.port(),
                  "GET /logs HTTP/1.1\r\nHost: x\r\n"
                      + parent
                      + "\r\nGET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
              .status());
      assertTrue(traces.seen.isEmpty());
    }
  }

  /** With telemetry, lines name this server's span, as the audit line does. */
  @ParameterizedTest
  @MethodSource("clients")
  void withTelemetryTheAuditLineNamesTheSpan(String name) throws Exception {
    try (var collector = new TestCollector(Manner.ACCEPTS)) {
      var server =
          RunningServer.start(
              collector.yaml()
                  + "policy: { rules: [ { allow: [ anyone ], route: "
                  + ProbeService.routes("ok")
                  + " } ] }",
              new ProbeService(List.of("ok")));
      try (server;
          var client = Probes.of(name, server.port())) {
        assertEquals("OK", client.call("ok", PARENT).reason());
      }
      var span = collector.spans().getFirst();
      var line = String.join("\n", server.audit().lines());
      assertEquals(ID, TestCollector.hex(span.getTraceId()));
      for (var audited : server.audit().lines()) {
        assertTrue(
            audited.contains(
                "\"logging.googleapis.com/spanId\":\"" + TestCollector.hex(span.getSpanId())),
            line);
      }
    }
  }
}
