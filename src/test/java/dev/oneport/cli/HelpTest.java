package dev.oneport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The help of each command matches what the command accepts. */
final class HelpTest {
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
  private static final Pattern COMMAND_LINE = Pattern.compile("(?m)^ {2}(?:.*\\| )?oneport (.*)$");

  static Stream<CommandSpec> commands() {
    return all(OnePortCommand.commandLine(Map.of()).getCommandSpec()).stream();
  }

  private static List<CommandSpec> all(CommandSpec command) {
    var found = new ArrayList<>(List.of(command));
    command.subcommands().values().forEach(each -> found.addAll(all(each.getCommandSpec())));
    return found;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyOptionAndCommandIsDescribed(CommandSpec command) {
    var described = command.usageMessage().description();
    assertTrue(described.length > 0 && described[0].endsWith("."), command.qualifiedName());
    for (var argument : command.args()) {
      var where = command.qualifiedName() + " " + argument;
      assertTrue(argument.description().length > 0, where);
      assertFalse(argument.description()[0].isBlank(), where);
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void itNamesOnlyExistingOptions(CommandSpec command) {
    var known = new HashSet<>(Set.of("--help", "--version"));
    all(command).forEach(each -> known.addAll(each.optionsMap().keySet()));
    // Named in examples of other commands.
    known.addAll(Set.of("--dev"));
    var named = new HashSet<String>();
    OPTION.matcher(usage(command)).results().forEach(found -> named.add(found.group()));
    named.removeAll(known);
    assertEquals(Set.of(), named, command.qualifiedName());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void itListsExitCodes(CommandSpec command) {
    var codes = command.usageMessage().exitCodeList();
    assertTrue(codes.keySet().containsAll(Set.of("0", "2")), command.qualifiedName());
    assertTrue(usage(command).contains("Exit codes:"), usage(command));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void itsExamplesAreCommands(CommandSpec command) {
    for (var line : command.usageMessage().footer()) {
      var found = COMMAND_LINE.matcher(line);
      if (found.find()) {
        var typed =
            found
                .group(1)
                .replaceFirst(" {2,}.*|\\)$", "")
                .replaceAll("'([^' ]+) ([^']+)'", "$1:$2")
                .split(" +", -1);
        OnePortCommand.commandLine(Map.of(), typed).parseArgs(typed);
      }
    }
  }

  private static String usage(CommandSpec command) {
    return command.commandLine().getUsageMessage(CommandLine.Help.Ansi.OFF);
  }
}
