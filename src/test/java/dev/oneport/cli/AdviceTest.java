package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.client.Endpoint;
import dev.oneport.client.Failure;
import dev.oneport.client.Problem;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a call prints at its end says each thing once. */
final class AdviceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TOKEN_MISSING           | CREDENTIALS_MISSING",
        "TOKEN_EXPIRED           | ACCESS_TOKEN_EXPIRED",
        "TOKEN_INVALID           | ACCESS_TOKEN_INVALID",
        "TOKEN_SIGNATURE_REMOVED | ACCESS_TOKEN_SIGNATURE_REMOVED",
        "NOT_ALLOWED             | CALLER_NOT_ALLOWED",
        "LIMITED                 | LIMIT_EXCEEDED",
        "UNAVAILABLE             | KEYS_UNAVAILABLE",
        "DRAINING                | DRAINING",
        "TOO_LARGE               | MESSAGE_TOO_LARGE",
        "SERVER_FAILED           | INTERNAL"
      })
  void nothingIsSaidTwice(Problem problem, dev.oneport.access.Reason reason) {
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
}
