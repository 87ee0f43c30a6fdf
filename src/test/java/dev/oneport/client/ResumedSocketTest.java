package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.CuttingProxy;
import dev.oneport.testing.TrialService;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A WebSocket of any service, text and binary, reconnects and outlives its tokens. */
final class ResumedSocketTest {
  private static final Duration TOKEN_LIFE = Duration.ofSeconds(3);

  /** Records events, and sends a greeting on every connection. */
  private static final class Heard implements SocketListener {
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final AtomicInteger opened = new AtomicInteger();

    @Override
    public void onOpen(ResumedSocket socket) throws InterruptedException {
      socket.send("hello " + opened.incrementAndGet());
    }

    @Override
    public void onText(ResumedSocket socket, String text) {
      lines.add(text);
    }

    @Override
    public void onBinary(ResumedSocket socket, ByteBuffer data) {
      lines.add("bytes " + data.remaining());
    }

    @Override
    public void onEnd(Optional<Failure> failure) {
      lines.add("end " + failure.map(each -> each.problem().name()).orElse("well"));
    }

    String next() throws InterruptedException {
      return String.valueOf(lines.poll(20, TimeUnit.SECONDS));
    }
  }

  /**
   * Issues a token that expires soon, and the next one when a second of it is left; counts the
   * tokens.
   */
  private static final class ShortTokens implements TokenSource {
    private final AtomicInteger made = new AtomicInteger();
    private BearerToken token = Trial.token(TOKEN_LIFE);

    @Override
    public synchronized Optional<BearerToken> token() {
      if (token.expires().orElseThrow().isBefore(Instant.now().plusSeconds(1))) {
        token = Trial.token(TOKEN_LIFE);
        made.incrementAndGet();
      }
      return Optional.of(token);
    }

    @Override
    public boolean renew(BearerToken refused) {
      return true;
    }
  }

  @Test
  void textAndBinaryMessagesGoBothWays() throws InterruptedException {
    var heard = new Heard();
    try (var trial = new Trial(new TrialService(), Trial.good())) {
      var socket = trial.client().socket("/mirror", heard);
      assertEquals("hello 1", heard.next());
      assertTrue(socket.send("some text"));
      assertEquals("some text", heard.next());
      assertTrue(socket.send(ByteBuffer.wrap(new byte[200_000], 50_000, 100_000)));
      assertEquals("bytes 100000", heard.next());
      socket.close();
      assertEquals("end well", heard.next());
      socket.await();
      assertFalse(socket.send("too late"));
    }
  }

  @ParameterizedTest(name = "after {0}")
  @CsvSource({
    "close 1001, DRAINING",
    "close 1012, DRAINING",
    "close 1013, UNAVAILABLE",
    "close 3000, TOKEN_EXPIRED",
    "a cut,      CONNECTION_LOST"
  })
  void itIsOpenedAgain(String what, Problem problem) throws InterruptedException {
    var heard = new Heard();
    try (var trial = new Trial(new TrialService(), Trial.good());
        var proxy = new CuttingProxy(trial.port());
        var client = trial.client(proxy.port(), new ShortTokens());
        var socket = client.socket("/mirror", heard)) {
      assertEquals("hello 1", heard.next());
      if (what.equals("a cut")) {
        proxy.cut();
      } else {
        assertTrue(socket.send(what));
      }
      assertEquals("hello 2", heard.next());
      assertEquals(List.of(problem), trial.heard);
    }
  }

  @ParameterizedTest(name = "after {0}")
  @CsvSource({"1000, well", "1008, BAD_REQUEST", "1011, SERVER_FAILED", "3003, NOT_ALLOWED"})
  void itIsNotOpenedAgain(int code, String end) throws InterruptedException {
    var heard = new Heard();
    var service = new TrialService();
    try (var trial = new Trial(service, Trial.good());
        var socket = trial.client().socket("/mirror", heard)) {
      assertEquals("hello 1", heard.next());
      socket.send("close " + code);
      assertEquals("end " + end, heard.next());
      if (!end.equals("well")) {
        var failed = assertThrows(CallFailed.class, socket::await);
        assertEquals(end, failed.failure().problem().name());
      }
      assertEquals(1, service.calls());
    }
  }

  @Test
  void anExpiredTokenIsRenewedBeforeItIsOpened() throws InterruptedException {
    var heard = new Heard();
    try (var trial = new Trial(new TrialService(), Trial.expired());
        var _ = trial.client().socket("/mirror", heard)) {
      assertEquals("hello 1", heard.next());
      assertEquals(List.of(Problem.TOKEN_EXPIRED), trial.heard);
    }
  }

  @Test
  void aTokenIsRenewedBeforeItExpiresAndTheSocketStaysOpen() throws InterruptedException {
    var heard = new Heard();
    var tokens = new ShortTokens();
    var service = new TrialService();
    try (var trial = new Trial(service, tokens);
        var socket = trial.client().socket("/mirror", heard)) {
      assertEquals("hello 1", heard.next());
      var afterTwo = Instant.now().plus(TOKEN_LIFE.multipliedBy(2));
      for (int i = 0; Instant.now().isBefore(afterTwo); i++) {
        assertTrue(socket.send("message " + i));
        assertEquals("message " + i, heard.next(), "the answers about tokens are not messages");
      }
      assertTrue(tokens.made.get() >= 2, tokens.made.toString());
      assertEquals(1, service.calls());
      assertEquals(List.of(), trial.heard);
    }
  }

  @Test
  void anInvalidPathIsRefusedAtOnce() {
    try (var client = OnePortClient.to("localhost:1").build()) {
      assertThrows(InvalidInput.class, () -> client.socket("mirror", new Heard()));
    }
  }
}
