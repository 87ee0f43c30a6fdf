package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.api.Reason;
import dev.oneport.client.Endpoint;
import dev.oneport.client.Failure;
import dev.oneport.client.Problem;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The error message of a call says nothing twice. */
final class AdviceTest {
  @ParameterizedTest
  @EnumSource
  void nothingIsSaidTwice(Reason reason) {
    var problem = problem(reason);
    var failure = new Failure(problem, "x", reason.text(), Duration.ZERO);
    var line = failure.text() + "; " + Advice.onCall(failure, Endpoint.parse("localhost:8080"));
    var said = new HashSet<String>();
    for (var clause : line.split("[:;()]", -1)) {
      var words = clause.strip().split(" ", -1);
      var begin = String.join(" ", Arrays.copyOf(words, Math.min(3, words.length)));
      assertTrue(words.length < 3 || said.add(begin), () -> line);
    }
    assertEquals(-1, line.indexOf("; ;"), line);
  }

  /** The client's problem for each reason. */
  private static Problem problem(Reason reason) {
    return switch (reason) {
      case CREDENTIALS_MISSING -> Problem.TOKEN_MISSING;
      case ACCESS_TOKEN_EXPIRED -> Problem.TOKEN_EXPIRED;
      case ACCESS_TOKEN_INVALID -> Problem.TOKEN_INVALID;
      case ACCESS_TOKEN_REVOKED -> Problem.TOKEN_REVOKED;
      case ACCESS_TOKEN_SIGNATURE_REMOVED -> Problem.TOKEN_SIGNATURE_REMOVED;
      case CERTIFICATE_EXPIRED, CERTIFICATE_INVALID -> Problem.CERTIFICATE_REFUSED;
      case CALLER_NOT_ALLOWED -> Problem.NOT_ALLOWED;
      case LIMIT_EXCEEDED -> Problem.LIMITED;
      case KEYS_UNAVAILABLE -> Problem.UNAVAILABLE;
      case DRAINING -> Problem.DRAINING;
      case UPSTREAM_UNAVAILABLE -> Problem.CONNECTION_LOST;
      case UPSTREAM_TIMEOUT -> Problem.TIMED_OUT;
      case BAD_REQUEST -> Problem.BAD_REQUEST;
      case MISDIRECTED_REQUEST -> Problem.NOT_THE_SERVER;
      case MESSAGE_TOO_LARGE -> Problem.TOO_LARGE;
      case INTERNAL -> Problem.SERVER_FAILED;
    };
  }
}
