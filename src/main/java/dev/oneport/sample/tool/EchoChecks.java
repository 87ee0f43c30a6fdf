package dev.oneport.sample.tool;

import dev.oneport.client.CallChecks;
import dev.oneport.client.CallFailed;
import dev.oneport.client.Failure;
import dev.oneport.client.Finding;
import dev.oneport.client.ForeignText;
import dev.oneport.client.OnePortClient;
import dev.oneport.client.Problem;
import dev.oneport.sample.tool.EchoClient.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Checks whether each kind of call to the sample service gets through, and if not, what refuses it.
 */
public final class EchoChecks implements CallChecks {
  private static final int TICKS = 4;
  private static final Duration INTERVAL = Duration.ofMillis(250);

  /**
   * The server sends the ticks over this time; if they all arrive within half of it, something
   * buffers them.
   */
  private static final Duration SPREAD = INTERVAL.multipliedBy(TICKS - 1);

  private static final String PLATFORM =
      "the platform refuses before the call reaches the server: on Cloud Run allow unauthenticated"
          + " invocations, since the server checks tokens itself, or send the platform's token in"
          + " X-Serverless-Authorization";
  private static final String HALF_DUPLEX =
      "a proxy in between waits for the end of the request: it must pass HTTP/2 through unchanged";
  private static final String CUT =
      "a proxy in between ends streams: check its timeouts, and whether it passes HTTP/2 through";
  private static final String NO_UPGRADE =
      "the upgrade does not get through: on Cloud Run deploy without --use-http2, and have proxies"
          + " pass Connection and Upgrade on";

  private final EchoClient stranger;
  private final EchoClient client;
  private final boolean hasToken;

  /**
   * Creates the checks.
   *
   * @param stranger a client without a token
   * @param hasToken whether the other client has a token
   * @param timeout for each answer
   */
  public EchoChecks(
      OnePortClient stranger, OnePortClient client, boolean hasToken, Duration timeout) {
    this.stranger = new EchoClient(stranger, timeout);
    this.client = new EchoClient(client, timeout);
    this.hasToken = hasToken;
  }

  /** A call to check. */
  @FunctionalInterface
  private interface Call {
    Finding make() throws InterruptedException;
  }

  @Override
  public void grpc(Consumer<Finding> found) throws InterruptedException {
    var without = tried("grpc without a token", this::refused);
    found.accept(without);
    var with = hasToken ? tried("grpc", this::ping) : without;
    if (hasToken) {
      found.accept(with);
    }
    if (!with.works() || (!hasToken && without.grade() != Finding.Grade.NOTE)) {
      found.accept(
          Finding.skipped(
              "streams", with.works() ? "they need a valid token" : "because Ping fails"));
      return;
    }
    found.accept(tried("server stream", this::watch));
    found.accept(tried("client stream", this::collect));
    found.accept(tried("both ways", this::chat));
  }

  @Override
  public Finding webSocket() throws InterruptedException {
    return tried(
        "websocket",
        () -> {
          var answers = new ArrayList<Answer>();
          client.webSocket("/ws", List.of("hello").iterator(), answers::add);
          return Finding.good("websocket", "opened, and a message was answered");
        });
  }

  private Finding refused() throws InterruptedException {
    try {
      stranger.ping("hello");
      return Finding.note("grpc without a token", "answered: the call is open to anyone", "");
    } catch (CallFailed e) {
      return e.failure().problem() == Problem.TOKEN_MISSING
          ? Finding.good(
              "grpc without a token", "refused by the server, with a reason, as expected")
          : explained("grpc without a token", e.failure());
    }
  }

  private Finding ping() throws InterruptedException {
    return Finding.good("grpc", "Echo/Ping answers " + ForeignText.line(client.ping("hello")));
  }

  /** Two attempts, because a busy machine delays messages too. */
  private Finding watch() throws InterruptedException {
    for (int look = 0; look < 2; look++) {
      if (spread()) {
        return Finding.good("server stream", "messages arrive one by one");
      }
    }
    return Finding.wrong(
        "server stream",
        "messages arrive all at once instead of one by one",
        "a proxy in between buffers responses; configure it to stream them");
  }

  private boolean spread() throws InterruptedException {
    var times = new ArrayList<Long>();
    client.watch("hello", new Ticks(0, TICKS, INTERVAL), _ -> times.add(System.nanoTime()));
    return Duration.ofNanos(times.getLast() - times.getFirst()).compareTo(SPREAD.dividedBy(2)) >= 0;
  }

  private Finding collect() throws InterruptedException {
    var collected = client.collect(List.of("one", "two", "three"));
    return collected.count() == 3
        ? Finding.good("client stream", "all messages arrive")
        : Finding.wrong(
            "client stream", "only " + collected.count() + " of 3 messages arrived", "");
  }

  /**
   * Sends each message only after the previous answer, so that a half-duplex proxy is noticed: it
   * would hang.
   */
  private Finding chat() throws InterruptedException {
    var turn = new Semaphore(1);
    client.chat(new Turns(turn, 3), _ -> turn.release());
    return Finding.good("both ways", "each message is answered before the next is sent");
  }

  private Finding tried(String check, Call call) throws InterruptedException {
    try {
      return call.make();
    } catch (CallFailed e) {
      return explained(check, e.failure());
    }
  }

  private Finding explained(String check, Failure failure) {
    boolean html = failure.isPage();
    return switch (failure.problem()) {
      case TOKEN_INVALID, NOT_ALLOWED -> Finding.wrong(check, failure, html ? PLATFORM : "");
      case TOKEN_MISSING ->
          hasToken
              ? Finding.wrong(check, failure)
              : Finding.good(check, "reaches the server, which requires a token");
      case NOT_FOUND ->
          check.startsWith("grpc") || check.equals("websocket")
              ? Finding.wrong(check, failure)
              : Finding.skipped(check, "the server does not mount it");
      case CONNECTION_LOST, TIMED_OUT -> Finding.wrong(check, failure, cut(check));
      case NOT_THE_SERVER, UNAVAILABLE ->
          Finding.wrong(check, failure, check.equals("websocket") ? NO_UPGRADE : "");
      default -> Finding.wrong(check, failure);
    };
  }

  private static String cut(String check) {
    return switch (check) {
      case "both ways" -> HALF_DUPLEX;
      case "server stream", "client stream" -> CUT;
      default -> "";
    };
  }

  /** Messages that each wait for a permit. */
  private static final class Turns implements Iterator<String> {
    private final Semaphore turn;
    private int left;

    Turns(Semaphore turn, int count) {
      this.turn = turn;
      this.left = count;
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public String next() {
      if (left-- <= 0) {
        throw new NoSuchElementException();
      }
      turn.acquireUninterruptibly();
      return "hello";
    }
  }
}
