package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.sample.EchoService;
import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.MountedOnly;
import dev.oneport.testing.RawHttp;
import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TextSocket;
import dev.oneport.testing.WebSocketProbe;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Calls that stay open leave room for those that end soon. */
final class ReservedCallsTest {
  private static final String YAML =
      """
      server: { max-concurrent-calls: 10 }
      policy:
        rules:
          - { allow: [ anyone ], route: [ HTTP GET /ping, GRPC Echo/*, WS /ws ] }
      """;

  @MountedOnly
  @Test
  void socketsLeaveAFifthToOtherCalls() throws Exception {
    var sockets = new ArrayList<TextSocket>();
    try (var server = RunningServer.start(YAML, new EchoService());
        var grpc = new GrpcProbe(server.port(), false)) {
      for (int i = 0; i < 8; i++) {
        sockets.add(TextSocket.open(server.port(), "/ws", ""));
      }
      assertEquals("429", new WebSocketProbe(server.port()).open("/ws", List.of()).status());
      assertEquals("RESOURCE_EXHAUSTED", grpc.call("Echo/Chat"));
      assertEquals(200, RawHttp.get(server.port(), "/ping").status());
      assertEquals("OK", grpc.call("Echo/Ping"));
      sockets.removeLast().finish();
      assertEquals("OK", grpc.call("Echo/Chat"));
      for (var socket : sockets) {
        socket.close();
      }
    }
  }
}
