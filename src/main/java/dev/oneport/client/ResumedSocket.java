package dev.oneport.client;

import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket that is opened again after every interruption for which {@link RetryRules} allow
 * another try, and whose token is renewed while it is open. Thread-safe.
 */
public final class ResumedSocket implements AutoCloseable {
  /**
   * How long to wait for the server's answer to a normal close: at least this, at most twice this.
   */
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final Tries tries;
  private final Opener opener;
  private final SocketListener listener;
  private final CompletableFuture<Optional<Failure>> over = new CompletableFuture<>();
  private final Thread reader = Thread.ofVirtual().unstarted(this::run);
  private volatile @Nullable Connection<SocketMessage, SocketMessage> connection;
  private volatile boolean closing;

  /** Opens one connection. */
  @FunctionalInterface
  interface Opener {
    Connection<SocketMessage, SocketMessage> open(Tries tries) throws InterruptedException;
  }

  private ResumedSocket(Tries tries, Opener opener, SocketListener listener) {
    this.tries = tries;
    this.opener = opener;
    this.listener = listener;
  }

  static ResumedSocket open(Tries tries, Opener opener, SocketListener listener) {
    var socket = new ResumedSocket(tries, opener, listener);
    socket.reader.start();
    return socket;
  }

  /**
   * Sends a text message.
   *
   * @return false if there is no connection now; the message is not kept, and {@link
   *     SocketListener#onOpen} says when there is one again
   */
  public boolean send(String text) throws InterruptedException {
    return send(SocketMessage.text(text));
  }

  /**
   * Sends a binary message, from the buffer's position to its limit.
   *
   * @return false if there is no connection now; the message is not kept
   */
  public boolean send(ByteBuffer data) throws InterruptedException {
    return send(SocketMessage.binary(data));
  }

  /**
   * Waits until the socket is closed for good.
   *
   * @throws CallFailed if it ended with a failure
   */
  public void await() throws InterruptedException {
    try {
      var failure = over.get();
      if (failure.isPresent()) {
        throw new CallFailed(failure.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the listener of a socket failed", e.getCause());
    }
  }

  /** Closes the socket normally (1000); messages that the server sent before still arrive. */
  @Override
  public void close() {
    closing = true;
    var open = connection;
    if (open == null) {
      reader.interrupt();
      return;
    }
    try {
      open.finish();
    } catch (InterruptedException e) {
      open.close();
      Thread.currentThread().interrupt();
    }
  }

  private boolean send(SocketMessage message) throws InterruptedException {
    var open = connection;
    return open != null && !closing && open.send(message);
  }

  private void run() {
    try {
      tries.run(this::connection);
      end(Optional.empty());
    } catch (CallFailed e) {
      end(closing ? Optional.empty() : Optional.of(e.failure()));
    } catch (InvalidInput e) {
      end(Optional.of(Failure.of(Problem.TOKEN_UNAVAILABLE, ForeignText.line(e.getMessage()))));
    } catch (InterruptedException e) {
      // Closed between two connections.
      end(Optional.empty());
    } catch (RuntimeException | Error e) {
      over.completeExceptionally(e);
    }
  }

  private boolean connection(Tries attempt) throws InterruptedException {
    if (closing) {
      return true;
    }
    try (var open = opener.open(attempt)) {
      connection = open;
      listener.onOpen(this);
      if (closing) {
        open.finish();
      }
      boolean goesOn = true;
      while (goesOn) {
        boolean closed = closing;
        goesOn = receive(open, attempt, closed);
      }
      return true;
    } catch (CallFailed e) {
      if (closing) {
        return true;
      }
      throw e;
    } finally {
      connection = null;
    }
  }

  private boolean receive(
      Connection<SocketMessage, SocketMessage> open, Tries attempt, boolean closed)
      throws InterruptedException {
    switch (open.receive(GOODBYE)) {
      case Got<SocketMessage>(SocketMessage.Text(var text)) -> {
        attempt.progressed();
        listener.onText(this, text);
      }
      case Got<SocketMessage>(SocketMessage.Binary(var data)) -> {
        attempt.progressed();
        listener.onBinary(this, data);
      }
      case Quiet<SocketMessage>() -> {
        return !closed;
      }
      case Ended<SocketMessage>() -> {
        return false;
      }
    }
    return true;
  }

  private void end(Optional<Failure> failure) {
    try {
      listener.onEnd(failure);
    } finally {
      over.complete(failure);
    }
  }
}
