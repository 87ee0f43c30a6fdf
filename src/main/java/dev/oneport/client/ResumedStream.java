package dev.oneport.client;

import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a gRPC server stream, over as many calls as needed. After an interruption the
 * method is called again, with the request that the resume function returns for the last message.
 * Not thread-safe.
 *
 * @param <R> the type of the messages
 */
public final class ResumedStream<R> implements AutoCloseable {
  private static final Duration ANY = Duration.ofDays(1000);

  private final Tries tries;
  private final Opener<R> opener;
  private @Nullable Connection<?, R> connection;
  private @Nullable R last;
  private boolean ended;

  /** Calls the method. */
  @FunctionalInterface
  private interface Opener<R> {
    @Nullable Connection<?, R> open(Tries tries, @Nullable R last) throws InterruptedException;
  }

  private ResumedStream(Tries tries, Opener<R> opener) {
    this.tries = tries;
    this.opener = opener;
  }

  /** Opens one call. */
  @FunctionalInterface
  interface Calls<Q, R> {
    Connection<Q, R> open(Tries tries) throws InterruptedException;
  }

  static <Q, R> ResumedStream<R> of(
      Tries tries,
      Calls<Q, R> calls,
      Q request,
      Function<? super R, ? extends @Nullable Q> resume) {
    return new ResumedStream<>(
        tries,
        (attempt, last) -> {
          var next = last == null ? request : resume.apply(last);
          if (next == null) {
            return null;
          }
          var call = calls.open(attempt);
          call.send(next);
          call.finish();
          return call;
        });
  }

  /**
   * Waits for the next message, however long it takes.
   *
   * @return the message; empty when the server has ended the stream
   * @throws CallFailed if the stream was interrupted and the rules allow no other try
   */
  public Optional<R> read() throws InterruptedException {
    return read(ANY);
  }

  /**
   * Waits for the next message.
   *
   * @param longest a call on which no message arrives for this long is treated as lost
   * @return the message; empty when the server has ended the stream
   * @throws CallFailed if the stream was interrupted and the rules allow no other try
   */
  public Optional<R> read(Duration longest) throws InterruptedException {
    return ended ? Optional.empty() : tries.run(attempt -> once(attempt, longest));
  }

  /**
   * Reads all messages.
   *
   * @throws CallFailed if the stream was interrupted and the rules allow no other try
   */
  public void forEach(Consumer<? super R> each) throws InterruptedException {
    for (var message = read(); message.isPresent(); message = read()) {
      each.accept(message.get());
    }
  }

  /** Ends the stream. */
  @Override
  public void close() {
    ended = true;
    drop();
  }

  private Optional<R> once(Tries attempt, Duration longest) throws InterruptedException {
    try {
      var open = connection;
      if (open == null) {
        open = opener.open(attempt, last);
        connection = open;
      }
      if (open == null) {
        close();
        return Optional.empty();
      }
      return switch (open.receive(longest)) {
        case Got<R>(var message) -> {
          last = message;
          yield Optional.of(message);
        }
        case Quiet<R>() ->
            throw CallFailed.of(
                Problem.CONNECTION_LOST, "nothing came for " + longest.toSeconds() + " s");
        case Ended<R>() -> {
          close();
          yield Optional.empty();
        }
      };
    } catch (CallFailed e) {
      drop();
      throw e;
    }
  }

  private void drop() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
