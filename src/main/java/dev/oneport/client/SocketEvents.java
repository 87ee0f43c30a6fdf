package dev.oneport.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Queues the events of a WebSocket, with messages as a whole; the next message is requested when
 * the reader has taken this one.
 */
final class SocketEvents implements WebSocket.Listener {
  private static final int LONGEST_MESSAGE = 4 << 20;

  /** An event on the socket. */
  sealed interface Event {}

  /** A message arrived. */
  record Message(SocketMessage content) implements Event {}

  /** A pong arrived. */
  record Pong() implements Event {}

  /** The server closed the socket. */
  record Closed(int code, String reason) implements Event {}

  /** The connection was lost. */
  record Broken(Failure failure) implements Event {}

  private final LinkedBlockingQueue<Event> events;
  private final StringBuilder text = new StringBuilder();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  SocketEvents(LinkedBlockingQueue<Event> events) {
    this.events = events;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
    text.append(part);
    if (fits(socket, text.length(), last) && last) {
      events.add(new Message(SocketMessage.text(text.toString())));
      text.setLength(0);
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    var part = new byte[data.remaining()];
    data.get(part);
    bytes.writeBytes(part);
    if (fits(socket, bytes.size(), last) && last) {
      events.add(new Message(SocketMessage.binary(ByteBuffer.wrap(bytes.toByteArray()))));
      bytes.reset();
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
    events.add(new Pong());
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    events.add(new Closed(code, reason));
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    var cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
    events.add(
        new Broken(
            switch (cause) {
              case IOException broken -> ConnectFailures.of(broken);
              case null, default -> Failure.of(Problem.CONNECTION_LOST, "");
            }));
  }

  private boolean fits(WebSocket socket, int size, boolean last) {
    if (size > LONGEST_MESSAGE) {
      events.add(
          new Broken(
              Failure.of(
                  Problem.TOO_LARGE,
                  "the server sent a message of more than " + (LONGEST_MESSAGE >> 20) + " MiB")));
      socket.abort();
      return false;
    }
    if (!last) {
      socket.request(1);
    }
    return true;
  }
}
