package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.oneport.fleet.Trait;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code oneport revoke} without picocli. */
final class RevokingTest {
  @Test
  void aPlainLineIsReadWithoutPicocli() {
    var line = "revoke --caller a --token-id b --session c --issuer d --before e --config f --yes";
    var named =
        Map.of(Trait.CALLER, "a", Trait.TOKEN_ID, "b", Trait.SESSION, "c", Trait.ISSUER, "d");
    assertEquals(
        new Revoking(named, "e", true, Path.of("f")),
        Revoking.plain(line.split(" ")).orElseThrow());
    assertEquals(
        new Revoking(Map.of(Trait.SESSION, "c"), null, false, null),
        Revoking.plain("revoke", "--session", "c").orElseThrow());
  }

  /** So that none is forgotten here. */
  @Test
  void everyOptionOfTheCommandIsPlain() {
    var line = OnePortCommand.commandLine(Map.of(), "revoke");
    var command = Objects.requireNonNull(line.getSubcommands().get("revoke"));
    for (var option : command.getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        var words = new ArrayList<>(List.of("revoke", option.longestName()));
        if (option.arity().max() > 0) {
          words.add("value");
        }
        assertTrue(Revoking.plain(words.toArray(String[]::new)).isPresent(), option.longestName());
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "another command     | revoked --config x",
        "no command          | --caller x",
        "help                | revoke --help",
        "an unknown option   | revoke --caler x",
        "an option with =    | revoke --caller=x",
        "an option twice     | revoke --caller x --caller y",
        "a flag twice        | revoke --caller x --yes --yes",
        "a value like one    | revoke --caller --yes",
        "no value            | revoke --caller",
        "a word              | revoke x",
        "@                   | revoke @file",
      })
  void allElseIsForPicocli(String name, String line) {
    assertTrue(Revoking.plain(line.split(" ")).isEmpty(), name);
  }

  @Test
  void anEmptyValueIsForPicocli() {
    assertTrue(Revoking.plain("revoke", "--caller", "").isEmpty());
    assertTrue(Revoking.plain().isEmpty());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing        | revoke",
        "a whole issuer | revoke --issuer staff",
        "no time        | revoke --session s --before yesterday",
      })
  void aMistakeIsForPicocli(String name, String line) {
    assertEquals(OptionalInt.empty(), Revoking.runPlain(Map.of(), line.split(" ")), name);
  }
}
