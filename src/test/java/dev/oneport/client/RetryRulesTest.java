package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Reason;
import io.grpc.Status;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The problem for each answer, and the waits. */
final class RetryRulesTest {
  private static final Failure PLAIN = Failure.of(Problem.UNAVAILABLE, "");

  @ParameterizedTest(name = "reason {0} is {1}: {2}")
  @CsvSource({
    "CREDENTIALS_MISSING,            TOKEN_MISSING,           FINAL",
    "ACCESS_TOKEN_EXPIRED,           TOKEN_EXPIRED,           REFRESH",
    "ACCESS_TOKEN_INVALID,           TOKEN_INVALID,           REFRESH",
    "ACCESS_TOKEN_REVOKED,           TOKEN_REVOKED,           REFRESH",
    "UPSTREAM_UNAVAILABLE,           CONNECTION_LOST,         RETRY_IF_REPEATABLE",
    "UPSTREAM_TIMEOUT,               TIMED_OUT,               FINAL",
    "ACCESS_TOKEN_SIGNATURE_REMOVED, TOKEN_SIGNATURE_REMOVED, FINAL",
    "CERTIFICATE_EXPIRED,            CERTIFICATE_REFUSED,     FINAL",
    "CERTIFICATE_INVALID,            CERTIFICATE_REFUSED,     FINAL",
    "CALLER_NOT_ALLOWED,             NOT_ALLOWED,             FINAL",
    "LIMIT_EXCEEDED,                 LIMITED,                 RETRY",
    "KEYS_UNAVAILABLE,               UNAVAILABLE,             RETRY",
    "DRAINING,                       DRAINING,                RETRY",
    "BAD_REQUEST,                    BAD_REQUEST,             FINAL",
    "MESSAGE_TOO_LARGE,              TOO_LARGE,               FINAL",
    "INTERNAL,                       SERVER_FAILED,           FINAL"
  })
  void theServersReasons(String reason, Problem problem, Verdict verdict) {
    assertEquals(problem, RetryRules.ofReason(reason).orElseThrow());
    assertEquals(verdict, problem.verdict());
  }

  @Test
  void aReasonThatIsNotKnownDecidesNothing() {
    assertTrue(RetryRules.ofReason("SOMETHING_NEW").isEmpty());
  }

  @ParameterizedTest(name = "HTTP {0} is {1}: {2}")
  @CsvSource({
    "302, NOT_THE_SERVER,  FINAL",
    "400, BAD_REQUEST,     FINAL",
    "401, TOKEN_INVALID,   REFRESH",
    "403, NOT_ALLOWED,     FINAL",
    "404, NOT_FOUND,       FINAL",
    "405, BAD_REQUEST,     FINAL",
    "413, TOO_LARGE,       FINAL",
    "429, LIMITED,         RETRY",
    "431, TOO_LARGE,       FINAL",
    "500, SERVER_FAILED,   FINAL",
    "501, SERVER_FAILED,   FINAL",
    "502, CONNECTION_LOST, RETRY_IF_REPEATABLE",
    "503, UNAVAILABLE,     RETRY",
    "504, CONNECTION_LOST, RETRY_IF_REPEATABLE"
  })
  void statusesOfHttp(int status, Problem problem, Verdict verdict) {
    assertEquals(problem, RetryRules.ofHttp(status));
    assertEquals(verdict, problem.verdict());
  }

  @ParameterizedTest(name = "gRPC {0}, reset {1}, with RetryInfo {2} is {3}: {4}")
  @CsvSource({
    "UNAUTHENTICATED,    false, false, TOKEN_INVALID,   REFRESH",
    "PERMISSION_DENIED,  false, false, NOT_ALLOWED,     FINAL",
    "UNIMPLEMENTED,      false, false, NOT_FOUND,       FINAL",
    "UNAVAILABLE,        false, false, CONNECTION_LOST, RETRY_IF_REPEATABLE",
    "UNAVAILABLE,        false, true,  UNAVAILABLE,     RETRY",
    "RESOURCE_EXHAUSTED, false, false, TOO_LARGE,       FINAL",
    "RESOURCE_EXHAUSTED, false, true,  LIMITED,         RETRY",
    "DEADLINE_EXCEEDED,  false, false, TIMED_OUT,       FINAL",
    "ABORTED,            false, false, CONNECTION_LOST, RETRY_IF_REPEATABLE",
    "INTERNAL,           false, false, SERVER_FAILED,   FINAL",
    "INTERNAL,           true,  false, CONNECTION_LOST, RETRY_IF_REPEATABLE",
    "CANCELLED,          false, false, SERVER_FAILED,   FINAL",
    "CANCELLED,          true,  false, CONNECTION_LOST, RETRY_IF_REPEATABLE",
    "UNKNOWN,            true,  false, CONNECTION_LOST, RETRY_IF_REPEATABLE",
    "INVALID_ARGUMENT,   false, false, BAD_REQUEST,     FINAL",
    "FAILED_PRECONDITION,false, false, BAD_REQUEST,     FINAL",
    "DATA_LOSS,          false, false, SERVER_FAILED,   FINAL"
  })
  void statusesOfGrpc(
      Status.Code code, boolean reset, boolean wait, Problem problem, Verdict verdict) {
    assertEquals(problem, RetryRules.ofGrpc(code, reset, wait));
    assertEquals(verdict, problem.verdict());
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OK")
  void everyStatusOfGrpcIsSomething(Status.Code code) {
    assertTrue(Arrays.asList(Problem.values()).contains(RetryRules.ofGrpc(code, false, false)));
  }

  @ParameterizedTest(name = "close {0} is {1}: {2}")
  @CsvSource({
    "1000, CLOSED,          FINAL",
    "1001, DRAINING,        RETRY",
    "1002, BAD_REQUEST,     FINAL",
    "1003, BAD_REQUEST,     FINAL",
    "1006, CONNECTION_LOST, RETRY_IF_REPEATABLE",
    "1007, BAD_REQUEST,     FINAL",
    "1008, BAD_REQUEST,     FINAL",
    "1009, TOO_LARGE,       FINAL",
    "1011, SERVER_FAILED,   FINAL",
    "1012, DRAINING,        RETRY",
    "1013, UNAVAILABLE,     RETRY",
    "3000, TOKEN_EXPIRED,   REFRESH",
    "3003, NOT_ALLOWED,     FINAL",
    "3008, TIMED_OUT,       FINAL"
  })
  void closeCodes(int code, Problem problem, Verdict verdict) {
    assertEquals(problem, RetryRules.ofClose(code, ""));
    assertEquals(verdict, problem.verdict());
  }

  @Test
  void aCloseThatTellsOfARevocationIsOne() {
    var told = Reason.ACCESS_TOKEN_REVOKED.text();
    assertEquals(Problem.TOKEN_REVOKED, RetryRules.ofClose(3000, told));
    assertEquals(Problem.NOT_ALLOWED, RetryRules.ofClose(3003, told));
  }

  @ParameterizedTest(name = "after {0} failures from nothing to {1} ms")
  @CsvSource({"1, 200", "2, 400", "3, 800", "6, 6400", "7, 10000", "30, 10000", "1000, 10000"})
  void theWaitDoublesUpToABoundWithFullJitter(int tried, long most) {
    var waits =
        new Random(1)
            .ints(200)
            .mapToObj(Random::new)
            .map(random -> RetryRules.DEFAULT.pause(tried, PLAIN, random).toMillis())
            .sorted()
            .toList();
    assertTrue(waits.getFirst() < most / 10, "some are short: " + waits.getFirst());
    assertTrue(waits.getLast() > most * 9 / 10, "some are long: " + waits.getLast());
    assertTrue(waits.getLast() <= most, "none is longer: " + waits.getLast());
  }

  @Test
  void theServersDelayIsAddedToTheJitter() {
    var asked = new Failure(Problem.DRAINING, "503", "", Duration.ofSeconds(7));
    RandomGenerator low = () -> 0L;
    assertEquals(Duration.ofSeconds(7), RetryRules.DEFAULT.pause(1, asked, low));
    var some = RetryRules.DEFAULT.pause(3, asked, new Random(1));
    assertTrue(some.toMillis() >= 7000 && some.toMillis() <= 7800, some.toString());
  }

  @Test
  void theDefaults() {
    assertEquals(
        new RetryRules(Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofMinutes(1), 30),
        RetryRules.DEFAULT);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "no first wait,         0,   1000, 1,  1",
    "longest below first,   200, 100,  1,  1",
    "negative patience,     200, 1000, -1, 1",
    "no try,                200, 1000, 1,  0"
  })
  void invalidRulesAreRefused(String name, long first, long longest, long patience, int tries) {
    assertThrows(
        InvalidInput.class,
        () ->
            new RetryRules(
                Duration.ofMillis(first),
                Duration.ofMillis(longest),
                Duration.ofSeconds(patience),
                tries),
        name);
  }
}
