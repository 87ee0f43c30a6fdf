package dev.oneport.client;

import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import dev.oneport.client.SocketEvents.Broken;
import dev.oneport.client.SocketEvents.Closed;
import dev.oneport.client.SocketEvents.Event;
import dev.oneport.client.SocketEvents.Message;
import dev.oneport.client.SocketEvents.Pong;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket of the JDK's client. The thread that receives also sends pings, to tell a dead
 * connection from a quiet one.
 */
final class ClientSocket implements Connection<SocketMessage, SocketMessage> {
  private static final Duration PING_EVERY = Duration.ofSeconds(15);
  private static final Duration DEAD_AFTER = Duration.ofSeconds(40);
  private static final int NORMAL = 1000;
  private static final int WITHOUT_A_CODE = 1005;

  /** The status of a server that got the request without its {@code Upgrade} header. */
  private static final int UPGRADE_REQUIRED = 426;

  private final LinkedBlockingQueue<Event> events;
  private final WebSocket socket;
  private final Duration timeout;

  /** The JDK's socket takes one message at a time. */
  private final Semaphore turn = new Semaphore(1);

  private long heard = System.nanoTime();
  private long pinged = heard;

  private ClientSocket(LinkedBlockingQueue<Event> events, WebSocket socket, Duration timeout) {
    this.events = events;
    this.socket = socket;
    this.timeout = timeout;
  }

  /**
   * Opens a socket.
   *
   * @param timeout for opening the socket, and for sending each message
   * @throws CallFailed if the server does not open it
   */
  static ClientSocket open(
      HttpClient client,
      URI uri,
      Optional<BearerToken> token,
      HttpFailures failures,
      Duration timeout)
      throws InterruptedException {
    var builder = client.newWebSocketBuilder().connectTimeout(timeout);
    token.ifPresent(bearer -> builder.header("Authorization", bearer.authorization()));
    var events = new LinkedBlockingQueue<Event>();
    var opening = builder.buildAsync(uri, new SocketEvents(events));
    try {
      return new ClientSocket(
          events, opening.get(timeout.toMillis(), TimeUnit.MILLISECONDS), timeout);
    } catch (ExecutionException e) {
      throw new CallFailed(refusal(e.getCause(), failures));
    } catch (TimeoutException e) {
      var _ =
          opening.whenComplete((late, _) -> Optional.ofNullable(late).ifPresent(WebSocket::abort));
      throw CallFailed.of(Problem.TIMED_OUT, "the socket was not opened");
    }
  }

  @Override
  public boolean send(SocketMessage message) throws InterruptedException {
    turn.acquire();
    try {
      return done(
          switch (message) {
            case SocketMessage.Text(var text) -> socket.sendText(text, true);
            case SocketMessage.Binary(var data) -> socket.sendBinary(data.duplicate(), true);
          });
    } finally {
      turn.release();
    }
  }

  /** Starts a normal close; {@link #receive} returns the server's answer. */
  @Override
  public void finish() throws InterruptedException {
    turn.acquire();
    try {
      done(socket.sendClose(NORMAL, ""));
    } finally {
      turn.release();
    }
  }

  @Override
  public Received<SocketMessage> receive(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    while (true) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return new Quiet<>();
      }
      var event = events.poll(Math.min(left, PING_EVERY.toNanos()), TimeUnit.NANOSECONDS);
      switch (event) {
        case null -> pingIfDue();
        case Message(var content) -> {
          markAlive();
          return new Got<>(content);
        }
        case Pong() -> markAlive();
        case Closed(var code, var reason) -> {
          return closed(event, code, reason);
        }
        case Broken(var failure) -> {
          events.add(event);
          throw new CallFailed(failure);
        }
      }
    }
  }

  /** Drops the connection. */
  @Override
  public void close() {
    socket.abort();
  }

  private Received<SocketMessage> closed(Event event, int code, String reason) {
    // Later calls get the same end.
    events.add(event);
    if (code == NORMAL || code == WITHOUT_A_CODE) {
      return new Ended<>();
    }
    throw new CallFailed(
        Failure.of(RetryRules.ofClose(code, reason), "close " + code, ForeignText.line(reason)));
  }

  private void markAlive() {
    heard = System.nanoTime();
    socket.request(1);
  }

  private void pingIfDue() {
    long now = System.nanoTime();
    if (now - heard > DEAD_AFTER.toNanos()) {
      events.add(
          new Broken(
              Failure.of(Problem.CONNECTION_LOST, "no pong for " + DEAD_AFTER.toSeconds() + " s")));
    } else if (now - pinged >= PING_EVERY.toNanos()) {
      pinged = now;
      var _ = socket.sendPing(ByteBuffer.allocate(0));
    }
  }

  private boolean done(CompletableFuture<WebSocket> sending) throws InterruptedException {
    try {
      sending.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      return false;
    } catch (TimeoutException e) {
      // A server that reads nothing for that long is treated as gone.
      socket.abort();
      events.add(new Broken(Failure.of(Problem.CONNECTION_LOST, "the server stopped reading")));
      return false;
    }
  }

  private static Failure refusal(@Nullable Throwable cause, HttpFailures failures) {
    if (cause instanceof WebSocketHandshakeException refused && refused.getResponse() != null) {
      var response = refused.getResponse();
      var failure = failures.of(response.statusCode(), response.headers(), "");
      return response.statusCode() < 300 || response.statusCode() == UPGRADE_REQUIRED
          ? Failure.of(
              Problem.NOT_THE_SERVER,
              String.valueOf(response.statusCode()),
              "there is no WebSocket at that path, or a proxy does not let it through")
          : failure;
    }
    return cause instanceof IOException broken
        ? ConnectFailures.of(broken)
        : Failure.of(
            Problem.NOT_THE_SERVER, ForeignText.line(cause == null ? "" : cause.getMessage()));
  }
}
