package dev.oneport.gateway.standing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Retries are a part of the calls, so that they do not add to an overload. */
final class RetryBudgetTest {
  @ParameterizedTest
  @CsvSource({
    "the saved ones, 20, 0, 10",
    "a fifth of the calls, 20, 1000, 10",
    "none, 0, 1000, 0",
    "every call, 100, 5, 10"
  })
  void retriesAreLimited(String name, int percent, int calls, int most) {
    var budget = new RetryBudget(percent);
    for (int i = 0; i < calls; i++) {
      budget.call();
    }
    assertEquals(most, IntStream.range(0, 100).filter(_ -> budget.tryRetry()).count(), name);
  }

  @ParameterizedTest
  @CsvSource({"20, 1000, 200", "1, 1000, 10", "100, 50, 50", "0, 50, 0"})
  void callsEarnRetries(int percent, int calls, int earned) {
    var budget = new RetryBudget(percent);
    while (budget.tryRetry()) {
      // Uses up those that are saved.
    }
    long retries =
        IntStream.range(0, calls)
            .filter(
                _ -> {
                  budget.call();
                  return budget.tryRetry();
                })
            .count();
    assertEquals(earned, retries);
  }
}
