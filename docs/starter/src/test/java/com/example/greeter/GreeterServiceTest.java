package com.example.greeter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.server.OnePort;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** The service on a real port, which is any that is free. */
final class GreeterServiceTest {
  private static final String POLICY =
      """
      policy:
        rules:
          - { allow: [ anyone ], route: "HTTP GET /greet/{name}" }
          - { allow: [ authenticated ], route: WS /greet }
      """;

  private static final Map<String, String> ENVIRONMENT =
      Map.of("ONEPORT_SERVER_PORT", "0", "ONEPORT_SERVER_HOST", "127.0.0.1");

  private final HttpClient client = HttpClient.newHttpClient();
  private final OnePort server =
      OnePort.builder()
          .configuration(POLICY)
          .environment(ENVIRONMENT)
          .service(new GreeterService())
          .dev(true)
          .build()
          .start();

  @AfterEach
  void stop() {
    client.shutdownNow();
    server.close();
  }

  @Test
  void anyoneIsGreetedOverHttp() throws Exception {
    var request = HttpRequest.newBuilder(uri("http", "/greet/Ada")).build();
    var response = client.send(request, BodyHandlers.ofString());
    assertEquals(200, response.statusCode());
    assertEquals("Hello, Ada", response.body());
  }

  @Test
  void aCallerWithATokenIsGreetedByNameOverAWebSocket() throws Exception {
    var token = server.devToken("alice", Set.of(), Duration.ofMinutes(1));
    var answer = new Answer();
    var socket =
        client
            .newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .buildAsync(uri("ws", "/greet"), answer)
            .get(10, TimeUnit.SECONDS);
    socket.sendText("Ada", true);
    assertEquals("Hello, Ada, from alice", answer.text.get(10, TimeUnit.SECONDS));
    socket.abort();
  }

  @Test
  void aCallerWithoutOneIsRefused() {
    var refused =
        Assertions.assertThrows(
            CompletionException.class,
            () ->
                client.newWebSocketBuilder().buildAsync(uri("ws", "/greet"), new Answer()).join());
    var handshake = (WebSocketHandshakeException) refused.getCause();
    assertEquals(401, handshake.getResponse().statusCode());
  }

  private URI uri(String scheme, String path) {
    return URI.create(scheme + "://127.0.0.1:" + server.port() + path);
  }

  private static final class Answer implements WebSocket.Listener {
    private final CompletableFuture<String> text = new CompletableFuture<>();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.complete(data.toString());
      socket.request(1);
      return null;
    }
  }
}
