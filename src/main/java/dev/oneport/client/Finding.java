package dev.oneport.client;

import java.util.Optional;

/**
 * The result of one of the {@link Doctor}'s checks.
 *
 * @param check the name of the check, one word
 * @param text the result, on one line
 * @param problem the problem, if the check failed with a known one
 * @param advice what to do, if that differs from the usual advice for the problem; may be empty
 */
public record Finding(
    String check, Grade grade, String text, Optional<Problem> problem, String advice) {
  /** How serious it is. */
  public enum Grade {
    /** As it should be. */
    GOOD,
    /** It works, but somebody should know. */
    NOTE,
    /** It does not work. */
    WRONG,
    /** It was not checked. */
    SKIPPED
  }

  /** It is as it should be. */
  public static Finding good(String check, String text) {
    return new Finding(check, Grade.GOOD, text, Optional.empty(), "");
  }

  /** It works, but somebody should know. */
  public static Finding note(String check, String text, String advice) {
    return new Finding(check, Grade.NOTE, text, Optional.empty(), advice);
  }

  /** It does not work. */
  public static Finding wrong(String check, String text, String advice) {
    return new Finding(check, Grade.WRONG, text, Optional.empty(), advice);
  }

  /** It does not work. */
  public static Finding wrong(String check, String text, Problem problem) {
    return new Finding(check, Grade.WRONG, text, Optional.of(problem), "");
  }

  /** It does not work. */
  public static Finding wrong(String check, Failure failure) {
    return wrong(check, failure, "");
  }

  /** It does not work. */
  public static Finding wrong(String check, Failure failure, String advice) {
    return new Finding(check, Grade.WRONG, failure.text(), Optional.of(failure.problem()), advice);
  }

  /** It was not examined. */
  public static Finding skipped(String check, String why) {
    return new Finding(check, Grade.SKIPPED, why, Optional.empty(), "");
  }

  /** It was not examined. */
  public static Finding skipped(String check, Problem problem) {
    return new Finding(check, Grade.SKIPPED, problem.text(), Optional.of(problem), "");
  }

  /** Whether the thing checked works. */
  public boolean works() {
    return grade == Grade.GOOD || grade == Grade.NOTE;
  }
}
