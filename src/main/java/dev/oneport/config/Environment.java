package dev.oneport.config;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The environment's part of the configuration: {@code ${NAME}} and {@code ${NAME:-default}} inside
 * values, and {@code ONEPORT_} variables that override the file, such as {@code
 * ONEPORT_SERVER_PORT} for {@code server.port}.
 *
 * <p>The prefix is required because platforms also set variables: Kubernetes sets {@code
 * SERVER_PORT} to a URL in every pod beside a Service named {@code server}.
 */
final class Environment {
  static final String PREFIX = "ONEPORT_";

  /** The variables that Kubernetes sets for a Service whose name begins with {@code oneport-}. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(
          PREFIX
              + "(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_[A-Z]+(_(PROTO|PORT|ADDR))?)");

  private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.*");

  private static final Pattern REFERENCE =
      Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  /**
   * Other variables that set a key; they take precedence over the variable named after it.
   * Command-line options are passed as variables with the options' names.
   */
  private static final Map<String, List<String>> OTHER_NAMES =
      Map.of(
          "server.port", List.of("--port", "PORT"),
          "server.host", List.of("--host"),
          "server.tls.self-signed", List.of("--tls"));

  private final Map<String, String> variables;
  private final Set<String> asked = new HashSet<>();
  private final Map<String, String> overriding = new HashMap<>();
  private final Map<String, Set<String>> referred = new HashMap<>();

  Environment(Map<String, String> variables) {
    this.variables = Map.copyOf(variables);
  }

  Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name));
  }

  Set<String> names(String prefix) {
    var names = new TreeSet<String>();
    variables.keySet().stream().filter(name -> name.startsWith(prefix)).forEach(names::add);
    return names;
  }

  boolean has(String name) {
    return variables.containsKey(name);
  }

  /** The value that overrides the file for this key. */
  Optional<String> override(String key) {
    for (var name : OTHER_NAMES.getOrDefault(key, List.of())) {
      var value = variables.get(name);
      if (value != null && !value.isBlank()) {
        overriding.put(key, name);
        return Optional.of(value);
      }
    }
    var name = PREFIX + key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    asked.add(name);
    var value = Optional.ofNullable(variables.get(name));
    value.ifPresent(_ -> overriding.put(key, name));
    return value;
  }

  /** The variable or option that set the value of a key instead of the file. */
  Optional<String> overriding(String key) {
    return Optional.ofNullable(overriding.get(key));
  }

  /**
   * The variable that a message about a value concerns: the message quotes the variable's content,
   * or concerns the whole value, which refers to it.
   */
  Optional<String> referred(String key, String message) {
    for (var each : referred.entrySet()) {
      var whole = each.getKey().equals(key);
      if (whole || each.getKey().startsWith(key + ".")) {
        for (var name : each.getValue()) {
          if (whole || quotes(message, variables.getOrDefault(name, ""))) {
            return Optional.of(name);
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean quotes(String message, String list) {
    return Arrays.stream(list.split(","))
        .map(String::strip)
        .anyMatch(value -> !value.isEmpty() && message.contains(value));
  }

  /**
   * The value of a key with its references replaced; {@code missing} receives the names of unset
   * variables.
   */
  String resolve(String key, String value, Consumer<String> missing) {
    return REFERENCE
        .matcher(value)
        .replaceAll(match -> Matcher.quoteReplacement(replacement(key, match, missing)));
  }

  private String replacement(String key, MatchResult match, Consumer<String> missing) {
    var set = variables.get(match.group(1));
    if (set != null && !set.isBlank()) {
      referred.computeIfAbsent(key, _ -> new TreeSet<>()).add(match.group(1));
      return set;
    }
    if (match.group(2) == null) {
      missing.accept(match.group(1));
      return "";
    }
    return match.group(2);
  }

  /** Whether the whole value is one reference, so that a list in the variable means a list here. */
  static boolean isReference(String value) {
    return REFERENCE.matcher(value.strip()).matches();
  }

  /** Variables with the prefix that no feature has read, which are probably misspelt. */
  Set<String> unused() {
    var unused = new TreeSet<String>();
    for (var name : variables.keySet()) {
      if (name.startsWith(PREFIX) && !asked.contains(name) && !isServiceLink(name)) {
        unused.add(name);
      }
    }
    return unused;
  }

  private boolean isServiceLink(String name) {
    return SERVICE_LINK.matcher(name).matches()
        || (name.endsWith("_PORT") && SERVICE_URL.matcher(variables.get(name)).matches());
  }
}
