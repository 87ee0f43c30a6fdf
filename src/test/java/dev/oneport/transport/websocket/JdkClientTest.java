package dev.oneport.transport.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.TestTls;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The JDK's client, which is no browser and sends no Origin. */
@Timeout(60)
final class JdkClientTest {
  /** Collects one text, one binary message, a pong and the close. */
  private static final class Collector implements WebSocket.Listener {
    private final StringBuilder held = new StringBuilder();
    private int heldBytes;
    final CompletableFuture<String> text = new CompletableFuture<>();
    final CompletableFuture<Integer> binary = new CompletableFuture<>();
    final CompletableFuture<Integer> pong = new CompletableFuture<>();
    final CompletableFuture<Integer> close = new CompletableFuture<>();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      held.append(data);
      if (last) {
        text.complete(held.toString());
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      heldBytes += data.remaining();
      if (last) {
        binary.complete(heldBytes);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
      pong.complete(message.remaining());
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      close.complete(code);
      return null;
    }
  }

  @Test
  void talks() throws Exception {
    var collector = new Collector();
    try (var server = SocketFixture.start();
        var client = TestTls.http().build()) {
      var uri = TestTls.uri("ws", server.port(), "/echo");
      var socket = client.newWebSocketBuilder().buildAsync(uri, collector).get();
      socket.sendText("h\u00e9", false).get();
      socket.sendText("llo \ud83d\ude00", true).get();
      assertEquals("h\u00e9llo \ud83d\ude00", collector.text.get(20, TimeUnit.SECONDS));
      socket.sendBinary(ByteBuffer.allocate(200_000), true).get();
      assertEquals(200_000, collector.binary.get(20, TimeUnit.SECONDS));
      socket.sendPing(ByteBuffer.allocate(7)).get();
      assertEquals(7, collector.pong.get(20, TimeUnit.SECONDS));
      socket.sendClose(4000, "bye").get();
      assertEquals(4000, collector.close.get(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void isRefusedWhereThereIsNoSocket() throws Exception {
    try (var server = SocketFixture.start();
        var client = TestTls.http().build()) {
      var uri = TestTls.uri("ws", server.port(), "/nothing");
      var opening = client.newWebSocketBuilder().buildAsync(uri, new Collector());
      var failure = assertThrows(ExecutionException.class, opening::get);
      assertTrue(failure.getCause() instanceof WebSocketHandshakeException);
    }
  }
}
