package dev.oneport.client;

import dev.oneport.client.Received.Ended;
import dev.oneport.client.Received.Got;
import dev.oneport.client.Received.Quiet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket that stays open after its first token expires: before that, {@link #receive} sends
 * {@code oneport-token: } and a fresh token as a text message, which the server answers with {@code
 * oneport-token: ok}. The caller sees neither message.
 */
final class RenewingSocket implements Connection<SocketMessage, SocketMessage> {
  private static final String FRESH_TOKEN = "oneport-token: ";

  /** A token is renewed when this part of its life is left, or four minutes if that is less. */
  private static final int PARTS = 5;

  private static final Duration MARGIN = Duration.ofMinutes(4);

  /** The wait before asking the token source again if it had no fresh token. */
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private static final Duration LONGEST = Duration.ofDays(1);

  private final Connection<SocketMessage, SocketMessage> socket;
  private final TokenSource tokens;
  private final Clock clock;
  private @Nullable BearerToken token;
  private Instant renewal = Instant.MAX;

  RenewingSocket(
      Connection<SocketMessage, SocketMessage> socket,
      Optional<BearerToken> token,
      TokenSource tokens,
      Clock clock) {
    this.socket = socket;
    this.tokens = tokens;
    this.clock = clock;
    token.ifPresent(this::use);
  }

  @Override
  public boolean send(SocketMessage message) throws InterruptedException {
    return socket.send(message);
  }

  @Override
  public void finish() throws InterruptedException {
    socket.finish();
  }

  @Override
  public Received<SocketMessage> receive(Duration longest) throws InterruptedException {
    long end = System.nanoTime() + (longest.compareTo(LONGEST) < 0 ? longest : LONGEST).toNanos();
    while (true) {
      renewIfDue();
      switch (socket.receive(untilRenewalOr(Duration.ofNanos(end - System.nanoTime())))) {
        case Got<SocketMessage>(SocketMessage.Text(var text)) when text.startsWith(FRESH_TOKEN) ->
            answered(text.substring(FRESH_TOKEN.length()));
        case Got<SocketMessage> got -> {
          return got;
        }
        case Ended<SocketMessage> ended -> {
          return ended;
        }
        case Quiet<SocketMessage> quiet -> {
          if (System.nanoTime() - end >= 0) {
            return quiet;
          }
        }
      }
    }
  }

  @Override
  public void close() {
    socket.close();
  }

  private Duration untilRenewalOr(Duration left) {
    if (renewal.equals(Instant.MAX)) {
      return left;
    }
    var due = Duration.between(clock.instant(), renewal);
    return due.isNegative() ? Duration.ZERO : due.compareTo(left) < 0 ? due : left;
  }

  private void renewIfDue() throws InterruptedException {
    if (clock.instant().isBefore(renewal)) {
      return;
    }
    renewal = clock.instant().plus(AGAIN);
    try {
      var fresh = tokens.token();
      if (fresh.isPresent() && !fresh.get().equals(token)) {
        socket.send(SocketMessage.text(FRESH_TOKEN + fresh.get().value()));
        use(fresh.get());
      }
    } catch (CallFailed | InvalidInput e) {
      // The previous token is still valid for a while; a fresh one may be available before it
      // expires.
    }
  }

  /** Anything but {@code ok} means that the previous token stays in force; try again. */
  private void answered(String answer) {
    if (!answer.equals("ok")) {
      token = null;
      renewal = clock.instant().plus(AGAIN);
    }
  }

  private void use(BearerToken sent) {
    token = sent;
    renewal =
        sent.expires()
            .map(
                end -> {
                  var part = Duration.between(clock.instant(), end).dividedBy(PARTS);
                  return end.minus(part.compareTo(MARGIN) < 0 ? part : MARGIN);
                })
            .orElse(Instant.MAX);
  }
}
