package dev.oneport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The papers name classes that exist, and all keys of the configuration. */
final class DocsTest {
  private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*))\\b");
  private static final Pattern KEY =
      Pattern.compile(
          "\\b(?:[a-z]*[sS]ection|root)\\s*\\.(?:text|texts|required|literal|literals|flag|duration"
              + "|bytes|integer|choice|section|sections|named)\\(\\s*\"([a-z0-9-]+)\"");

  private static final Set<String> OF_OTHERS =
      Set.of("HttpRouting", "GrpcRouting", "WsRouting", "Http1Connection", "Http2Connection");

  @Test
  void theClassesOfTheArchitectureExist() throws IOException {
    assertEquals(Set.of(), missing(Path.of("docs", "architecture.md")));
  }

  @Test
  void theTestsOfTheFaultsExist() throws IOException {
    assertEquals(Set.of(), missing(Path.of("docs", "faults.md")));
  }

  /** A key that the configuration can have, as its reading code names it. */
  @Test
  void everyKeyIsDocumented() throws IOException {
    var documented = new StringBuilder();
    for (var paper : Set.of("application.yaml", "docs/configuration.md", "docs/gateway.md")) {
      var file = Path.of(paper);
      documented.append(Files.exists(file) ? Files.readString(file) : "");
    }
    var undocumented = new TreeSet<String>();
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
      for (var file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
        KEY.matcher(Files.readString(file))
            .results()
            .map(match -> match.group(1))
            .filter(key -> !isWord(key, documented))
            .forEach(undocumented::add);
      }
    }
    assertEquals(Set.of(), undocumented);
  }

  private static boolean isWord(String key, CharSequence text) {
    return Pattern.compile("(?<![a-z-])" + key + "(?![a-z-])").matcher(text).find();
  }

  private static Set<String> missing(Path paper) throws IOException {
    var classes = classes();
    return CLASS
        .matcher(Files.readString(paper))
        .results()
        .map(match -> match.group(1))
        .filter(name -> !classes.contains(name) && !OF_OTHERS.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> classes() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".java"))
          .map(name -> name.substring(0, name.length() - ".java".length()))
          .collect(Collectors.toSet());
    }
  }
}
