package dev.oneport.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.oneport.testing.HeaderField;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.Probes;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestCollector;
import dev.oneport.testing.TestCollector.Manner;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In a handler the call's span is current, so that an instrumented library continues the trace. */
@Timeout(60)
final class HandlerContextTest {
  private static final String ID = "0af7651916cd43dd8448eb211c80319c";

  private final List<SpanContext> seen = new CopyOnWriteArrayList<>();

  private void look() {
    seen.add(Span.current().getSpanContext());
  }

  static List<String> clients() {
    return Probes.names();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theSpanIsCurrent(String name) throws Exception {
    try (var collector = new TestCollector(Manner.ACCEPTS)) {
      call(collector, name, "01");
      var span = collector.spans().getFirst();
      seen.forEach(
          context -> assertEquals(TestCollector.hex(span.getSpanId()), context.getSpanId()));
      assertFalse(seen.isEmpty());
    }
  }

  /** A library tells others that the trace is not recorded. */
  @ParameterizedTest
  @MethodSource("clients")
  void soIsOneThatIsNotSampled(String name) throws Exception {
    try (var collector = new TestCollector(Manner.ACCEPTS)) {
      call(collector, name, "00");
      assertEquals(List.of(), collector.spans());
      seen.forEach(context -> assertEquals(ID + false, context.getTraceId() + context.isSampled()));
      assertFalse(seen.isEmpty());
    }
  }

  private void call(TestCollector collector, String name, String flags) throws Exception {
    try (var server =
        RunningServer.start(
            collector.yaml()
                + "policy: { rules: [ { allow: [ anyone ], route: "
                + ProbeService.routes("ok")
                + " } ] }",
            port -> {
              port.http()
                  .get(
                      "/ok",
                      (_, response) -> {
                        look();
                        response.send();
                      });
              port.grpc(
                  () ->
                      ServerServiceDefinition.builder("Unary")
                          .addMethod(
                              ProbeService.unary("ok"),
                              ServerCalls.asyncUnaryCall(
                                  (_, answer) -> {
                                    look();
                                    answer.onNext("x");
                                    answer.onCompleted();
                                  }))
                          .build());
              port.grpc(
                  () ->
                      ServerServiceDefinition.builder("Stream")
                          .addMethod(
                              ProbeService.stream("ok"),
                              ServerCalls.asyncBidiStreamingCall(Looking::new))
                          .build());
              port.webSocket("/ws/ok", Socket::new);
            })) {
      var parent = new HeaderField("traceparent", "00-" + ID + "-b7ad6b7169203331-" + flags);
      try (var client = Probes.of(name, server.port())) {
        assertEquals("OK", client.call("ok", List.of(parent)).reason());
      }
    }
  }

  private final class Socket implements WsListener {
    @Override
    public void onOpen(WsSession session) {
      look();
    }

    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      look();
      session.send(text, true);
    }
  }

  private final class Looking implements StreamObserver<String> {
    private final StreamObserver<String> answer;

    Looking(StreamObserver<String> answer) {
      this.answer = answer;
      look();
    }

    @Override
    public void onNext(String message) {
      look();
      answer.onNext(message);
    }

    @Override
    public void onError(Throwable cancelled) {}

    @Override
    public void onCompleted() {
      look();
      answer.onCompleted();
    }
  }
}
