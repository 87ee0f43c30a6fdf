package dev.oneport.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import dev.oneport.config.Configuration;
import dev.oneport.server.AuditTarget;
import dev.oneport.server.Server;
import dev.oneport.testing.RawHttp;
import dev.oneport.time.Clocks;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server whose output nobody reads answers its clients all the same. */
@Timeout(120)
final class StuckOutputTest {
  private static final int CALLS = 200;

  private static final class Hello implements Service {
    @Override
    public void mount(Mount port) {
      port.http().get("/open", (_, response) -> response.send("open"));
      port.http().get("/closed", (_, response) -> response.send("closed"));
    }
  }

  /** Like a pipe that is full. */
  private static final class Stuck extends OutputStream {
    private final CountDownLatch read = new CountDownLatch(1);

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        read.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  @Test
  void deniedCallsAndOthersAreAnswered() throws Exception {
    var yaml =
        """
        server: { port: 0, host: 127.0.0.1 }
        audit: { queue: 4 }
        identity: { issuers: { one: { issuer: "https://one.example", audiences: [ me ] } } }
        policy:
          rules:
            - { allow: [ anyone ], route: [ HTTP GET /open, "HTTP GET /health/*" ] }
            - { allow: [ authenticated ], route: HTTP GET /closed }
        """;
    var output = new Stuck();
    try (var server =
        Server.create(
                () -> Configuration.parse("test.yaml", yaml, Map.of(), false),
                List.of(new Hello()),
                Optional.empty(),
                new AuditTarget(new LogOutput(output, true), () -> ""),
                false,
                Clocks.system())
            .start()) {
      for (int i = 0; i < CALLS; i++) {
        assertEquals(401, RawHttp.get(server.port(), "/closed").status());
        assertEquals(200, RawHttp.get(server.port(), "/open").status());
        assertEquals(200, RawHttp.get(server.port(), "/health/live").status());
      }
      output.read.countDown();
    }
  }
}
