package dev.oneport.config;

/**
 * One mistake in the configuration.
 *
 * @param key the key path, such as {@code policy.rules.2.route}; empty for the file as a whole
 * @param place the file and, if known, the line: {@code application.yaml:12}; or the variable or
 *     option that sets the key
 * @param message what is wrong and how to correct it
 */
public record ConfigurationProblem(String key, String place, String message) {
  @Override
  public String toString() {
    return key.isEmpty() ? place + ": " + message : place + ": " + key + ": " + message;
  }
}
