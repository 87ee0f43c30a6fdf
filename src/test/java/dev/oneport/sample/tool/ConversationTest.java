package dev.oneport.sample.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.client.Attempt;
import dev.oneport.client.CallFailed;
import dev.oneport.client.Connection;
import dev.oneport.client.OnePortClient;
import dev.oneport.client.Problem;
import dev.oneport.client.Received;
import dev.oneport.client.RetryRules;
import dev.oneport.client.SocketMessage;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages and their answers over connections that break. */
final class ConversationTest {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** This client connects to nothing; it only retries the conversation. */
  private final OnePortClient client =
      OnePortClient.to("localhost:1")
          .rules(
              new RetryRules(
                  Duration.ofNanos(1), Duration.ofNanos(1), Duration.ofSeconds(30), 1_000_000))
          .build();

  @AfterEach
  void close() {
    client.close();
  }

  /**
   * A server that answers messages, and cuts the connection after a while, even with unanswered
   * messages.
   */
  private static final class Unreliable implements Conversation.Link {
    private final LinkedBlockingQueue<Received<Answer>> answers = new LinkedBlockingQueue<>();
    private final boolean numbered;
    private int untilReceivedCut;
    private int untilSentCut;
    private volatile boolean over;

    Unreliable(Random random, boolean numbered) {
      this.numbered = numbered;
      this.untilSentCut = random.nextInt(12);
      this.untilReceivedCut = random.nextInt(12);
    }

    @Override
    public boolean send(Outbox.Numbered message) {
      if (over || untilSentCut-- == 0) {
        end();
        return false;
      }
      answers.add(
          new Received.Got<>(
              new Answer(
                  numbered ? message.number() : Answer.UNNUMBERED, "re: " + message.text())));
      return true;
    }

    @Override
    public void finish() {
      answers.add(new Received.Ended<>());
    }

    @Override
    public Received<Answer> receive(Duration longest) throws InterruptedException {
      var received = answers.poll(longest.toMillis(), TimeUnit.MILLISECONDS);
      if (received == null) {
        return new Received.Quiet<>();
      }
      if (received instanceof Received.Quiet || untilReceivedCut-- == 0) {
        throw CallFailed.of(Problem.CONNECTION_LOST, "");
      }
      return received;
    }

    @Override
    public void close() {
      end();
    }

    private void end() {
      over = true;
      answers.add(new Received.Quiet<>());
    }
  }

  /** A server that accepts everything and sends one answer. */
  private record Monotonous(Received<Answer> says) implements Conversation.Link {
    @Override
    public boolean send(Outbox.Numbered message) {
      return true;
    }

    @Override
    public void finish() {}

    @Override
    public Received<Answer> receive(Duration longest) {
      return says;
    }

    @Override
    public void close() {}
  }

  private static Iterator<String> messages(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "m" + i).iterator();
  }

  @ParameterizedTest(name = "with numbers in the answers: {0}")
  @ValueSource(booleans = {true, false})
  void noAnswerIsLostOrRepeatedWhereverTheConnectionIsCut(boolean numbered)
      throws InterruptedException {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var had = new ArrayList<Answer>();
      try (var conversation =
          new Conversation(
              _ -> new Unreliable(random, numbered), messages(40), had::add, LONGEST)) {
        client.retry(true, conversation::run);
      }
      assertEquals(
          LongStream.rangeClosed(1, 40).mapToObj(n -> new Answer(n, "re: m" + n)).toList(),
          had,
          "seed " + seed);
    }
  }

  @Test
  void aServerThatStopsAnsweringIsAbandoned() {
    var silent = new Monotonous(new Received.Quiet<>());
    try (var conversation =
        new Conversation(_ -> silent, messages(1), _ -> {}, Duration.ofMillis(1))) {
      var failed =
          assertThrows(
              CallFailed.class,
              () -> {
                while (true) {
                  conversation.run(attempt());
                }
              });
      assertEquals(Problem.CONNECTION_LOST, failed.failure().problem());
    }
  }

  @Test
  void aServerThatEndsWithoutAnsweringIsAFailure() {
    var rude = new Monotonous(new Received.Ended<>());
    try (var conversation = new Conversation(_ -> rude, messages(1_000), _ -> {}, LONGEST)) {
      var failed = assertThrows(CallFailed.class, () -> conversation.run(attempt()));
      assertEquals(Problem.CLOSED, failed.failure().problem());
    }
  }

  @Test
  void exceptionsOfTheMessageSourceAreThrownAtTheEnd() {
    var broken =
        new Iterator<String>() {
          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public String next() {
            throw new IllegalStateException("no more paper");
          }
        };
    try (var conversation =
        new Conversation(_ -> new Unreliable(new Random(1), true), broken, _ -> {}, LONGEST)) {
      var thrown =
          assertThrows(IllegalStateException.class, () -> client.retry(true, conversation::run));
      assertEquals("no more paper", thrown.getMessage());
    }
  }

  @Test
  void theSourceOfMessagesWaitsWhenTooManyAreUnanswered() throws InterruptedException {
    var outbox = new Outbox(2);
    outbox.add("a");
    outbox.add("b");
    var third =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    outbox.add("c");
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    assertTrue(outbox.next(0, 0).isPresent());
    assertEquals(Thread.State.WAITING, waiting(third));
    assertTrue(outbox.answered(1));
    third.join();
    assertEquals(List.of(2L, 3L), numbers(outbox));
  }

  private static List<Long> numbers(Outbox outbox) throws InterruptedException {
    var numbers = new ArrayList<Long>();
    outbox.complete();
    for (var each = outbox.next(0, 0); each.isPresent(); ) {
      numbers.add(each.get().number());
      each = outbox.next(each.get().number(), 0);
    }
    return numbers;
  }

  private static Thread.State waiting(Thread thread) {
    for (int i = 0; i < 1_000_000 && thread.getState() != Thread.State.WAITING; i++) {
      Thread.onSpinWait();
    }
    return thread.getState();
  }

  private static Attempt attempt() {
    return new Attempt() {
      @Override
      public <Q, R> Connection<Q, R> open(MethodDescriptor<Q, R> method) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Connection<SocketMessage, SocketMessage> openSocket(String path) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void progressed() {}
    };
  }
}
