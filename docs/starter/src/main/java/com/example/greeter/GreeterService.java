package com.example.greeter;

import dev.oneport.api.Caller;
import dev.oneport.api.Mount;
import dev.oneport.api.Service;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;

/** Greets anyone over HTTP, and callers with a token over a WebSocket. */
public final class GreeterService implements Service {
  @Override
  public void mount(Mount port) {
    port.http()
        .get(
            "/greet/{name}",
            (request, response) ->
                response.send("Hello, " + request.path().pathParameters().get("name")));
    port.webSocket("/greet", Greeter::new);
    // port.grpc(anyBindableService);
  }

  private static final class Greeter implements WsListener {
    @Override
    public void onMessage(WsSession session, String text, boolean last) {
      session.send("Hello, " + text + ", from " + Caller.current().name(), true);
    }
  }
}
