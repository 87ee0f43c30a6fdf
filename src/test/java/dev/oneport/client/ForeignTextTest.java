package dev.oneport.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.testing.TestIssuer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Foreign text becomes one harmless line. */
final class ForeignTextTest {
  @ParameterizedTest
  @CsvSource({
    "the server is stopping,        the server is stopping",
    "'two\nlines',                  two lines",
    "'  much \t space ',            much space",
    "'a bell \u0007 and \u001b[31m', a bell and [31m",
    "bearer abcdefghijkl is wrong,  (left out) is wrong"
  })
  void oneLine(String text, String expected) {
    assertEquals(expected, ForeignText.line(text));
  }

  @Test
  void nullBecomesTheEmptyText() {
    assertEquals("", ForeignText.line(null));
  }

  @Test
  void tokensAreLeftOutAnywhere() {
    var token = TestIssuer.good().token().sign();
    for (var text : new String[] {token, "not valid: '" + token + "'", "a=" + token + "&b=c"}) {
      var line = ForeignText.line(text);
      assertTrue(line.contains("(left out)"), line);
      for (var part : token.split("\\.", -1)) {
        assertFalse(line.contains(part.substring(0, 16)), line);
      }
    }
  }

  @Test
  void longTextIsCutOff() {
    assertEquals(203, ForeignText.line("word ".repeat(100_000)).length());
  }
}
