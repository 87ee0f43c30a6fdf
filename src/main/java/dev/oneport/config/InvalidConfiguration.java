package dev.oneport.config;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration is invalid; carries all its mistakes, found in one pass. */
public final class InvalidConfiguration extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final transient List<ConfigurationProblem> problems;

  public InvalidConfiguration(List<ConfigurationProblem> problems) {
    super(problems.stream().map(ConfigurationProblem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** The mistakes, at least one, in the order of the file. */
  public List<ConfigurationProblem> problems() {
    return problems;
  }
}
