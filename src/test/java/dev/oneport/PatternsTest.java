package dev.oneport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Java matches a repeated group with one more call on the stack for each repetition, so that a long
 * text ends in a StackOverflowError, unless the repetition is possessive or bounded.
 */
final class PatternsTest {
  private static final Pattern TEXT = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"");

  /** A group that is repeated without a bound and is not possessive. */
  private static final Pattern REPEATED = Pattern.compile("\\)[*+](?![+?])|\\)[*+]\\?");

  @Test
  void noGroupIsRepeatedWithoutBound() throws IOException {
    var found = new ArrayList<String>();
    try (var files = Files.walk(Path.of("src/main/java"))) {
      for (var file : files.filter(it -> it.toString().endsWith(".java")).sorted().toList()) {
        TEXT.matcher(Files.readString(file))
            .results()
            .map(it -> it.group())
            .filter(text -> REPEATED.matcher(text).find())
            .forEach(text -> found.add(file.getFileName() + ": " + text));
      }
    }
    assertEquals(List.of(), found);
  }
}
