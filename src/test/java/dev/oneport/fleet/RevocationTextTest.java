package dev.oneport.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines of revocations, and lines that are not. */
final class RevocationTextTest {
  private static final String TIME = ",'before':'2026-11-29T18:00:00Z'}";

  /** {@code '} stands for a quote. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nothing named      | {'before':'2026-11-29T18:00:00Z'}       | names nothing",
        "no object          | [1]                                     | is not a JSON object",
        "no JSON            | revoke alice                            | is not a JSON object",
        "cut off            | {'caller':'alice                        | is not a JSON object",
        "text after it      | {'caller':'a'" + TIME + " x             | text after",
        "a name twice       | {'caller':'a','caller':'b'" + TIME + "  | has a name twice",
        "an unknown key     | {'callr':'a'" + TIME + "                | did you mean caller?",
        "a number           | {'caller':1"
            + TIME
            + "                 | has a caller that is not a text",
        "an empty name      | {'caller':''" + TIME + "                | caller must have 1 to 2048",
        "a blank name       | {'caller':' '" + TIME + "               | caller must have 1 to 2048",
        "no time            | {'caller':'a'}                          | has no before",
        "a date             | {'caller':'a','before':'2026-11-29'}    | is not like 2026-11-29T18:00:00Z",
        "the year 10000     | {'caller':'a','before':'+10000-01-01T00:00:00Z'} | between 1970 and 9999",
        "before all times   | {'caller':'a','before':'1969-01-01T00:00:00Z'}   | between 1970 and 9999",
        "a lone subject     | {'subject':'1'"
            + TIME
            + "              | a subject without its issuer"
      })
  void isNoRevocation(String name, String line, String said) {
    var good = "{\"caller\":\"x\",\"before\":\"2026-11-29T18:00:00Z\"}";
    var read = RevocationText.parse(good + "\n\n" + line.replace('\'', '"') + "\n" + good);
    assertEquals(2, read.revocations().size(), name);
    assertEquals(1, read.bad());
    assertTrue(read.problems().getFirst().startsWith("line 3 "), read::toString);
    assertTrue(read.problems().getFirst().contains(said), read::toString);
  }

  @Test
  void everyLineIsReadAsItWasWritten() {
    for (var trait : Trait.values()) {
      var traits = new EnumMap<Trait, String>(Map.of(Trait.ISSUER, "google"));
      traits.put(trait, "a \"quoted\"\n\u2028name");
      var revocation =
          new Revocation(new Selector(traits), Instant.parse("2026-11-29T18:00:00.5Z"));
      var line = RevocationText.line(revocation);
      assertEquals(List.of(revocation), RevocationText.parse(line).revocations());
    }
  }

  @Test
  void aLongNameIsRefusedAndALongListOfProblemsIsShortened() {
    var line = "{\"caller\":\"" + "x".repeat(2_049) + "\",\"before\":\"2026-11-29T18:00:00Z\"}\n";
    var read = RevocationText.parse(line.repeat(30));
    assertEquals(30, read.bad());
    assertEquals(11, read.problems().size());
    assertEquals("and 20 more lines are wrong", read.problems().getLast());
  }

  @Test
  void tooManyAreRefused() {
    var line = "{\"caller\":\"x\",\"before\":\"2026-11-29T18:00:00Z\"}\n";
    assertEquals(List.of(), RevocationText.parse(line.repeat(20_000)).problems());
    var read = RevocationText.parse(line.repeat(20_001));
    assertEquals(List.of("has more than 20000 revocations"), read.problems());
  }
}
