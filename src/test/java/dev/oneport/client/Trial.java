package dev.oneport.client;

import dev.oneport.testing.RunningServer;
import dev.oneport.testing.TestIssuer;
import dev.oneport.testing.TrialService;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A running {@link TrialService}, and the client under test. */
final class Trial implements AutoCloseable {
  private static final TestIssuer ISSUER = TestIssuer.good();
  private static final String YAML =
      """
      identity:
        issuers:
          test: { issuer: "%s", jwks: "%s", audiences: [ "%s" ], clock-skew: 0s }
      """
              .formatted(ISSUER.id(), ISSUER.jwksFile(), TestIssuer.AUDIENCE)
          + TrialService.RULES;

  private final RunningServer server;
  private final OnePortClient client;

  /** The problems for which calls were retried. */
  final List<Problem> heard = new CopyOnWriteArrayList<>();

  Trial(TrialService service, TokenSource tokens) {
    this.server = RunningServer.start(YAML, service);
    this.client = client(server.port(), tokens);
  }

  OnePortClient client() {
    return client;
  }

  int port() {
    return server.port();
  }

  /** Another client of the server, possibly through another port. */
  OnePortClient client(int port, TokenSource tokens) {
    return OnePortClient.to("127.0.0.1:" + port)
        .tokens(tokens)
        .rules(
            new RetryRules(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofSeconds(20), 8))
        .timeout(Duration.ofSeconds(20))
        .observer((failure, _) -> heard.add(failure.problem()))
        .build();
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }

  /** A token that expires after this time. */
  static BearerToken token(Duration life) {
    return BearerToken.of(
        ISSUER
            .token()
            .claim("jti", String.valueOf(NUMBERS.incrementAndGet()))
            .claim("exp", Instant.now().plus(life).getEpochSecond())
            .sign());
  }

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  static TokenSource good() {
    return TokenSource.fixed(token(Duration.ofHours(1)));
  }

  /** Gives an expired token first, and a valid one after it was refused. */
  static TokenSource expired() {
    return new TokenSource() {
      private volatile BearerToken token = Trial.token(Duration.ofHours(-1));

      @Override
      public Optional<BearerToken> token() {
        return Optional.of(token);
      }

      @Override
      public boolean renew(BearerToken refused) {
        token = Trial.token(Duration.ofHours(1));
        return true;
      }
    };
  }
}
