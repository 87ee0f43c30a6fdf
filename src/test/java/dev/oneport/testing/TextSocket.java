package dev.oneport.testing;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A WebSocket of the JDK's client, for alternating messages and answers. */
public final class TextSocket implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final WebSocket socket;
  private final Received received;

  private TextSocket(HttpClient client, WebSocket socket, Received received) {
    this.client = client;
    this.socket = socket;
    this.received = received;
  }

  public static TextSocket open(int port, String path, String token) throws Exception {
    return open(port, path, HeaderField.bearer(token));
  }

  public static TextSocket open(int port, String path, HeaderField credential) throws Exception {
    return open(port, path, builder -> builder.header(credential.name(), credential.value()));
  }

  /** The same without a token. */
  public static TextSocket open(int port, String path) throws Exception {
    return open(port, path, UnaryOperator.identity());
  }

  private static TextSocket open(int port, String path, UnaryOperator<WebSocket.Builder> credential)
      throws Exception {
    var client = TestTls.http().connectTimeout(TIMEOUT).build();
    var received = new Received();
    var socket =
        credential
            .apply(client.newWebSocketBuilder())
            .connectTimeout(TIMEOUT)
            .buildAsync(TestTls.uri("ws", port, path), received)
            .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    return new TextSocket(client, socket, received);
  }

  /** Sends a message and waits for the next one, or for {@code closed CODE REASON}. */
  public @Nullable String ask(String text) throws Exception {
    socket.sendText(text, true).get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    return next();
  }

  public @Nullable String next() throws InterruptedException {
    return received.messages.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Closes normally, and waits until the server has closed, too. */
  public void finish() throws Exception {
    finish(1000);
  }

  public void finish(int code) throws Exception {
    socket.sendClose(code, "").get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    next();
    close();
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
  }

  private static final class Received implements WebSocket.Listener {
    private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final StringBuilder fragments = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
      fragments.append(text);
      if (last) {
        messages.add(fragments.toString());
        fragments.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      messages.add("closed " + code + " " + reason);
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      messages.add("failed " + error);
    }
  }
}
