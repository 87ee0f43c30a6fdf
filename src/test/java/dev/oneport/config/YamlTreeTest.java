package dev.oneport.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What YAML means, where it stands, and what a small file must not be able to do. */
@Timeout(30)
final class YamlTreeTest {
  private final YamlTree tree = new YamlTree("a.yaml");
  private final Problems problems = new Problems();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yes | true",
        "Off | false",
        "'\"yes\"' | yes",
        "~ | ''",
        "010 | 010",
        "1.10 | 1.10",
        "2026-01-01 | 2026-01-01",
        "12:30 | 12:30"
      })
  void aValueIsTextAsItIsWrittenButForTruth(String written, String text) {
    assertTrue(tree.add("a.yaml", "key: " + written, problems));
    assertEquals(text, tree.root().get("key").text());
  }

  @Test
  void anObjectMayBeMergedIntoOthers() {
    var text =
        """
        usual: &usual
          a: 1
          b: { c: 2 }
        mine:
          <<: *usual
          a: 3
        both:
          <<: [ { a: 4 }, *usual ]
        """;
    assertTrue(tree.add("a.yaml", text, problems));
    var mine = tree.root().get("mine");
    assertEquals("3", mine.get("a").text());
    assertEquals("2", mine.get("b").get("c").text());
    assertEquals("4", tree.root().get("both").get("a").text());
    assertEquals("a.yaml:6", tree.place("mine.a"));
    assertEquals("a.yaml:3", tree.place("mine.b.c"));
    problems.throwIfAny();
  }

  @Test
  void theFirstOfTwoKeysCountsInOneFileAsInTwo() {
    assertTrue(tree.add("a.yaml", "key: 1\nkey: 2\n", problems));
    assertTrue(tree.add("b.yaml", "\nkey: 3\n", problems));
    assertEquals("1", tree.root().get("key").text());
    assertEquals(
        List.of(
            "a.yaml:2: key: is set twice, first at a.yaml:1",
            "b.yaml:2: key: is set twice, first at a.yaml:1"),
        told());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "- a | a.yaml:1: must be an object with keys",
        "just text | a.yaml:1: must be an object with keys"
      })
  void aFileThatIsNoObjectIsSaid(String text, String problem) {
    assertTrue(tree.add("a.yaml", text, problems));
    assertEquals(List.of(problem), told());
  }

  @Test
  void aliasesMayNotGoInCircles() {
    assertFalse(tree.add("a.yaml", "a: &a { b: *a }", problems));
    assertEquals(List.of("a.yaml: not YAML: aliases make it too large or too deep"), told());
  }

  @Test
  void aliasesMayNotMakeASmallFileLarge() {
    var text = new StringBuilder("a0: &a0 [ x ]\n");
    for (int i = 1; i <= 24; i++) {
      text.append("a%d: &a%d [ *a%d, *a%d ]\n".formatted(i, i, i - 1, i - 1));
    }
    assertFalse(tree.add("a.yaml", text.toString(), problems));
  }

  private List<String> told() {
    try {
      problems.throwIfAny();
      return List.of();
    } catch (InvalidConfiguration e) {
      return e.problems().stream().map(ConfigurationProblem::toString).toList();
    }
  }
}
