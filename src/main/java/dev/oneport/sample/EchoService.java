package dev.oneport.sample;

import dev.oneport.api.Mount;
import dev.oneport.api.Service;

/** Mounts the sample service: {@code GET /ping}, gRPC {@code Echo}, WebSocket {@code /ws}. */
public final class EchoService implements Service {
  private final Echo echo = new Echo();

  @Override
  public void mount(Mount port) {
    port.http().get("/ping", new EchoHttp(echo)::ping);
    port.grpc(new EchoCalls(echo));
    port.webSocket("/ws", () -> new EchoWebSocket(echo));
  }
}
