package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.oneport.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** How often a call is tried, with which token, and when the client gives up. */
final class RetriesTest {
  private static final RetryRules RULES =
      new RetryRules(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10), 6);

  private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
  private final List<String> heard = new ArrayList<>();
  private final Tokens tokens = new Tokens();

  /** Numbers its tokens. */
  private static final class Tokens implements TokenSource {
    private int number;
    private boolean renewable = true;

    @Override
    public Optional<BearerToken> token() {
      return Optional.of(BearerToken.of("token-" + number));
    }

    @Override
    public boolean renew(BearerToken refused) {
      number++;
      return renewable;
    }
  }

  private Retries retries() {
    return new Retries(
        RULES,
        tokens,
        (failure, pause) -> heard.add(failure.problem() + " " + pause.toMillis()),
        clock,
        // The longest wait that the jitter allows.
        () -> Long.MAX_VALUE,
        clock::advance);
  }

  /**
   * A script of the tries: each ends with a problem; {@code +} stands for a message before it, a
   * number for the seconds that it lasts.
   */
  private String run(Retries retries, boolean repeatable, String script)
      throws InterruptedException {
    var steps = new ArrayList<>(List.of(script.split(" ")));
    var used = new ArrayList<String>();
    try {
      return retries
          .tries(repeatable)
          .run(
              attempt -> {
                used.add(attempt.token().orElseThrow().value());
                var step = steps.isEmpty() ? "OK" : steps.removeFirst();
                if (step.startsWith("+")) {
                  attempt.progressed();
                  step = step.substring(1);
                }
                if (Character.isDigit(step.charAt(0))) {
                  var colon = step.indexOf(':');
                  clock.advance(Duration.ofSeconds(Long.parseLong(step.substring(0, colon))));
                  step = step.substring(colon + 1);
                }
                if (step.equals("OK")) {
                  return "OK after " + used.size() + " with " + used.getLast();
                }
                throw new CallFailed(failure(step));
              });
    } catch (CallFailed e) {
      return e.failure().problem() + " after " + used.size() + " with " + used.getLast();
    }
  }

  private static Failure failure(String step) {
    var problem = Problem.valueOf(step);
    var status =
        switch (problem) {
          case UNREACHABLE, NAME_UNKNOWN, CONNECTION_LOST -> "";
          default -> "said";
        };
    return Failure.of(problem, status, "");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "the first try,                            true,  OK,                             OK after 1 with token-0",
    "draining is tried again,                  false, DRAINING,                       OK after 2 with token-0",
    "unavailable is tried again,               false, UNAVAILABLE UNAVAILABLE,        OK after 3 with token-0",
    "over a limit is tried again,              false, LIMITED,                        OK after 2 with token-0",
    "a lost connection of a repeatable call,   true,  CONNECTION_LOST,                OK after 2 with token-0",
    "a lost connection of another,             false, CONNECTION_LOST,                CONNECTION_LOST after 1 with token-0",
    "never reached is final,                   true,  UNREACHABLE,                    UNREACHABLE after 1 with token-0",
    "reached before is tried again,            true,  DRAINING UNREACHABLE,           OK after 3 with token-0",
    "a name known before is tried again,       true,  DRAINING NAME_UNKNOWN,          OK after 3 with token-0",
    "an expired token is renewed,              false, TOKEN_EXPIRED,                  OK after 2 with token-1",
    "an invalid token is renewed,              false, TOKEN_INVALID,                  OK after 2 with token-1",
    "a revoked token is renewed,               false, TOKEN_REVOKED,                  OK after 2 with token-1",
    "but once,                                 false, TOKEN_EXPIRED TOKEN_EXPIRED,    TOKEN_EXPIRED after 2 with token-1",
    "and once more after a message,            false, TOKEN_EXPIRED +TOKEN_EXPIRED,   OK after 3 with token-2",
    "a renewed token and then a cut,           true,  TOKEN_EXPIRED CONNECTION_LOST,  OK after 3 with token-1",
    "no token is final,                        true,  TOKEN_MISSING,                  TOKEN_MISSING after 1 with token-0",
    "not allowed is final,                     true,  NOT_ALLOWED,                    NOT_ALLOWED after 1 with token-0",
    "a failure of the server is final,         true,  SERVER_FAILED,                  SERVER_FAILED after 1 with token-0",
    "too many in a row,                        true,  UNAVAILABLE UNAVAILABLE UNAVAILABLE UNAVAILABLE UNAVAILABLE UNAVAILABLE, UNAVAILABLE after 6 with token-0",
    "not in a row,                             true,  UNAVAILABLE UNAVAILABLE UNAVAILABLE UNAVAILABLE +UNAVAILABLE UNAVAILABLE UNAVAILABLE, OK after 8 with token-0",
    "longer than the patience,                 true,  UNAVAILABLE 6:UNAVAILABLE 6:UNAVAILABLE, UNAVAILABLE after 3 with token-0",
    "a quiet try that held longer is a new start, true, UNAVAILABLE 11:UNAVAILABLE 11:UNAVAILABLE, OK after 4 with token-0"
  })
  void tries(String name, boolean repeatable, String script, String expected)
      throws InterruptedException {
    assertEquals(expected, run(retries(), repeatable, script), name);
  }

  @ParameterizedTest
  @CsvSource({"TOKEN_EXPIRED", "TOKEN_REVOKED"})
  void aRefusedFixedTokenIsFinal(String problem) throws InterruptedException {
    tokens.renewable = false;
    assertEquals(problem + " after 1 with token-0", run(retries(), true, problem));
  }

  @Test
  void withoutPatienceOnlyAFreshTokenIsTried() throws InterruptedException {
    var hasty =
        new Retries(
            RULES.withPatience(Duration.ZERO),
            tokens,
            Observer.SILENT,
            clock,
            () -> 0L,
            clock::advance);
    assertEquals("UNAVAILABLE after 1 with token-0", run(hasty, true, "UNAVAILABLE"));
    assertEquals("OK after 2 with token-1", run(hasty, true, "TOKEN_EXPIRED"));
    assertEquals(
        "TOKEN_EXPIRED after 2 with token-2", run(hasty, true, "60:TOKEN_EXPIRED TOKEN_EXPIRED"));
  }

  @Test
  void theObserverIsToldOfEachWait() throws InterruptedException {
    run(retries(), true, "UNAVAILABLE UNAVAILABLE CONNECTION_LOST");
    assertEquals(3, heard.size());
    assertEquals(
        List.of("UNAVAILABLE", "UNAVAILABLE", "CONNECTION_LOST"),
        heard.stream().map(line -> line.substring(0, line.indexOf(' '))).toList());
  }

  @ParameterizedTest
  @EnumSource(names = {"DRAINING", "LIMITED", "TOKEN_EXPIRED"})
  void aDelayLongerThanThePatienceEndsTheTries(Problem problem) {
    var failure = new Failure(problem, "said", "", Duration.ofSeconds(11));
    var failed =
        assertThrows(
            CallFailed.class,
            () ->
                retries()
                    .tries(true)
                    .run(
                        _ -> {
                          throw new CallFailed(failure);
                        }));
    assertEquals(failure, failed.failure());
    assertEquals(List.of(), heard);
  }
}
