package dev.oneport.transport.websocket;

import io.helidon.common.buffers.BufferData;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A listener that remembers what it hears. */
class Recorder implements WsListener {
  final CompletableFuture<WebSocketSession> opened = new CompletableFuture<>();
  final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<Throwable> errors = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<String> closes = new LinkedBlockingQueue<>();

  @Override
  public void onOpen(WsSession session) {
    opened.complete(WebSocketSession.of(session));
  }

  @Override
  public void onMessage(WsSession session, String text, boolean last) {
    messages.add((last ? "text " : "part ") + text);
  }

  @Override
  public void onMessage(WsSession session, BufferData buffer, boolean last) {
    messages.add((last ? "binary " : "piece ") + buffer.available());
  }

  @Override
  public void onPing(WsSession session, BufferData buffer) {
    messages.add("ping " + buffer.readString(buffer.available()));
  }

  @Override
  public void onPong(WsSession session, BufferData buffer) {
    messages.add("pong " + buffer.readString(buffer.available()));
  }

  @Override
  public void onError(WsSession session, Throwable error) {
    errors.add(error);
  }

  @Override
  public void onClose(WsSession session, int code, String reason) {
    closes.add(code + " " + reason);
  }

  WebSocketSession session() throws InterruptedException, ExecutionException, TimeoutException {
    return opened.get(20, TimeUnit.SECONDS);
  }

  /** The next of these, which must come within 20 seconds. */
  static <T> T next(LinkedBlockingQueue<T> queue) throws InterruptedException {
    var next = queue.poll(20, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("in vain waited for the listener to be called");
    }
    return next;
  }

  /** What it heard of the end: the code and reason, and the kinds or classes of errors. */
  List<String> end() throws InterruptedException {
    var close = next(closes);
    var all = new ArrayList<>(errors.stream().map(Recorder::name).toList());
    all.add(close);
    all.addAll(closes);
    return all;
  }

  private static String name(Throwable error) {
    return error instanceof WebSocketFailure failure
        ? failure.kind().name()
        : error.getClass().getSimpleName();
  }
}
