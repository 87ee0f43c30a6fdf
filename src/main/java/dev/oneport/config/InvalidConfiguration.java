package dev.oneport.config;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with a configuration, found in one pass. */
public final class InvalidConfiguration extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  public InvalidConfiguration(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** At least one, in the order of the file. */
  public List<Problem> problems() {
    return problems;
  }
}
