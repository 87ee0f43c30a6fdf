package dev.oneport.config;

import java.util.ArrayList;
import java.util.List;

/** Collects mistakes, so that an operator sees all of them at once. */
public final class Problems {
  private final List<ConfigurationProblem> found = new ArrayList<>();

  public void add(ConfigurationProblem problem) {
    // Keys that several issuers share are read once for each issuer.
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  boolean has(String key) {
    return found.stream()
        .anyMatch(problem -> problem.key().equals(key) || problem.key().startsWith(key + "."));
  }

  int count() {
    return found.size();
  }

  List<ConfigurationProblem> all() {
    return List.copyOf(found);
  }

  List<String> messages() {
    return found.stream().map(ConfigurationProblem::message).toList();
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /**
   * Ends the reading.
   *
   * @throws InvalidConfiguration with all mistakes, if there are any
   */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new InvalidConfiguration(found);
    }
  }
}
