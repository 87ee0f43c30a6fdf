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

/** The papers for maintainers name classes that exist. */
final class DocsTest {
  private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*))\\b");
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
