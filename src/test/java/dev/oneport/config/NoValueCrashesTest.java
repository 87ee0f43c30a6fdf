package dev.oneport.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.oneport.identity.Identity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a key's value is, the mistakes are listed; reading the configuration never fails. */
final class NoValueCrashesTest {
  private static final Pattern LINE = Pattern.compile("([ -]*)([a-z0-9-]+):( .+)?");

  /** Without a line, what is left may depend on it. */
  private static final String REMOVED = "removed";

  /** Each key has a third of the values, and each value a third of the keys; the long run all. */
  private static final int STEP = Boolean.getBoolean("oneport.test.long") ? 1 : 3;

  static Stream<String> values() {
    return Stream.of(
        REMOVED,
        "",
        "{}",
        "[]",
        "[ {} ]",
        "{ x: y }",
        "'{id}'",
        "https://login.example/{tenant}/v2.0",
        "'https://h ost/'",
        "'https://[::1'",
        "'https://:99999/%zz'",
        "'https://a.example:port/'",
        "http://",
        "'://'",
        "'http:\\\\host'",
        "'%'",
        "'*'",
        "'('",
        "'${'",
        "'${NOT_THERE}'",
        "'exact:'",
        "'HTTP GET {'",
        "'HTTP GET /{a'",
        "'::'",
        "'1.2.3.4/99'",
        "-1",
        "99999999999999999999",
        "'9999999999h'",
        "'\\u0000'",
        "\"a\\nb\"",
        "\"\\ud800\"",
        "'Ünïcode 名'",
        "'" + "x.".repeat(2_000) + "'");
  }

  @ParameterizedTest
  @MethodSource("values")
  void ofAnyKey(String value) {
    var lines = EveryKeyTest.WHOLE.lines().toList();
    var crashed = new ArrayList<String>();
    var turn = values().toList().indexOf(value);
    for (int i = turn % STEP; i < lines.size(); i += STEP) {
      var changed = new ArrayList<>(lines);
      change(changed, i, value);
      read(() -> EveryKeyTest.problems(String.join("\n", changed)), lines.get(i), crashed);
    }
    assertEquals(List.of(), crashed);
  }

  /** What an issuer's key means depends on which others it has. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "''",
        "x",
        "https://login.example/{tenant}/v2.0",
        "'https://h ost/'",
        "'https://[::1'",
        "'https://:99999/%zz'"
      })
  void ofAnIssuersKeyWithoutAnother(String value) {
    var lines = EveryKeyTest.WHOLE.lines().toList();
    var issuers = lines.subList(lines.indexOf("  issuers:"), lines.indexOf("policy:"));
    var crashed = new ArrayList<String>();
    for (int i = 1; i < issuers.size(); i++) {
      for (int without = 1 + i % STEP; without < issuers.size(); without += STEP) {
        var changed = new ArrayList<>(issuers);
        change(changed, i, value);
        if (changed.size() == issuers.size() && without != i) {
          changed.remove(without);
        }
        var yaml = String.join("\n", changed).stripIndent();
        read(
            () -> Identity.read(Configuration.parse("test.yaml", yaml, Map.of(), false).root()),
            issuers.get(i) + " without " + issuers.get(without),
            crashed);
      }
    }
    assertEquals(List.of(), crashed);
  }

  private static void change(List<String> lines, int at, String value) {
    var found = LINE.matcher(lines.get(at));
    if (found.matches()) {
      if (value.equals(REMOVED)) {
        lines.remove(at);
      } else {
        lines.set(at, found.group(1) + found.group(2) + ": " + value);
      }
    }
  }

  private static void read(Runnable reading, String changes, List<String> crashed) {
    try {
      reading.run();
    } catch (InvalidConfiguration _) {
      // What the test is about.
    } catch (RuntimeException e) {
      crashed.add(changes + ": " + e + " at " + Arrays.toString(e.getStackTrace()));
    }
  }
}
