package dev.oneport.sample.tool;

import dev.oneport.client.Attempt;
import dev.oneport.client.CallFailed;
import dev.oneport.client.Connection;
import dev.oneport.client.Problem;
import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends numbered messages and receives their answers, over as many connections as needed. After a
 * lost connection, unanswered messages are sent again, and repeated answers are dropped. The caller
 * sees one answer per message, although the server may have seen the message twice.
 */
final class Conversation implements AutoCloseable {
  /** The limit of unanswered messages. */
  private static final int ROOM = 64;

  /** How long to wait for the server to end the connection once everything is answered. */
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  /** One connection. */
  interface Link extends Connection<Outbox.Numbered, Answer> {}

  /** Opens connections. */
  @FunctionalInterface
  interface Opener {
    Link open(Attempt attempt) throws InterruptedException;
  }

  private final Opener opener;
  private final Consumer<Answer> answers;
  private final Duration longest;
  private final Outbox outbox = new Outbox(ROOM);
  private final AtomicReference<@Nullable RuntimeException> broken = new AtomicReference<>();
  private final Thread source;

  /**
   * Starts reading messages from the iterator.
   *
   * @param longest a connection without an answer for this long is treated as dead
   */
  Conversation(
      Opener opener, Iterator<String> messages, Consumer<Answer> answers, Duration longest) {
    this.opener = opener;
    this.answers = answers;
    this.longest = longest;
    this.source = Thread.ofVirtual().unstarted(() -> feed(messages));
    source.start();
  }

  /** Runs one connection; returns when all messages are answered. */
  boolean run(Attempt attempt) throws InterruptedException {
    var link = opener.open(attempt);
    var connection = outbox.cuts();
    var sender = Thread.ofVirtual().start(() -> send(link, connection));
    try (link) {
      receive(attempt, link);
    } catch (CallFailed e) {
      if (!outbox.done()) {
        throw e;
      }
    } finally {
      outbox.cut();
      sender.join();
    }
    var cause = broken.get();
    if (cause != null) {
      throw cause;
    }
    return true;
  }

  /**
   * Stops reading messages. The source thread may still block in the caller's iterator, which
   * cannot be stopped from here.
   */
  @Override
  public void close() {
    source.interrupt();
  }

  private void feed(Iterator<String> messages) {
    try {
      while (!Thread.currentThread().isInterrupted() && messages.hasNext()) {
        outbox.add(messages.next());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      broken.set(e);
    } finally {
      outbox.complete();
    }
  }

  private void send(Link link, int connection) {
    try {
      long sent = 0;
      var message = outbox.next(sent, connection);
      while (message.isPresent() && link.send(message.get())) {
        sent = message.get().number();
        message = outbox.next(sent, connection);
      }
      if (outbox.awaitAnswers(connection)) {
        link.finish();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void receive(Attempt attempt, Link link) throws InterruptedException {
    while (true) {
      var oldest = outbox.oldest();
      switch (link.receive(outbox.done() ? GOODBYE : longest)) {
        case Got<Answer>(var answer) -> {
          attempt.progressed();
          onAnswer(answer);
        }
        case Quiet<Answer>() -> {
          if (outbox.done()) {
            return;
          }
          if (oldest.isPresent() && oldest.equals(outbox.oldest())) {
            throw CallFailed.of(
                Problem.CONNECTION_LOST, "no answer came for " + longest.toSeconds() + " s");
          }
        }
        case Ended<Answer>() -> {
          if (!outbox.done()) {
            throw CallFailed.of(Problem.CLOSED, "not all messages were answered");
          }
          return;
        }
      }
    }
  }

  private void onAnswer(Answer answer) {
    var number =
        answer.number() == Answer.UNNUMBERED
            ? outbox.oldest().orElse(Answer.UNNUMBERED)
            : answer.number();
    if (outbox.answered(number)) {
      answers.accept(new Answer(number, answer.text()));
    }
  }
}
