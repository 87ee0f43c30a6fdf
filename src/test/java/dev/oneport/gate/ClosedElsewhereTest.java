package dev.oneport.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.GrpcProbe;
import dev.oneport.testing.GrpcWebProbe;
import dev.oneport.testing.ProbeService;
import dev.oneport.testing.RunningServer;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.net.http.HttpClient.Version;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A handler may close its call on another thread, and its listener then hears of the end first. */
@Timeout(60)
final class ClosedElsewhereTest {
  private static final int CALLS = 300;

  private static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("Unary")
        .addMethod(
            ProbeService.unary("late"),
            (call, _) -> {
              call.request(2);
              return new ServerCall.Listener<>() {
                @Override
                public void onHalfClose() {
                  Thread.startVirtualThread(() -> call.close(Status.ABORTED, new Metadata()));
                }
              };
            })
        .build();
  }

  @Test
  void theAuditHasTheStatusThatTheClientGot() throws Exception {
    try (var server =
            RunningServer.start(
                "policy: { rules: [ { allow: [ anyone ], route: GRPC Unary/late } ] }",
                port -> port.grpc(ClosedElsewhereTest::service));
        var grpc = new GrpcProbe(server.port(), false);
        var web = new GrpcWebProbe(server.port(), Version.HTTP_1_1)) {
      for (int i = 0; i < CALLS; i++) {
        assertEquals("ABORTED", grpc.call("Unary/late"));
        assertEquals("ABORTED", web.call("late", List.of()).status());
      }
      server.stop();
      var lines = server.audit().lines();
      assertEquals(2 * CALLS, lines.size());
      for (var line : lines) {
        assertTrue(line.contains("\"code\":\"ABORTED\""), line);
      }
    }
  }
}
