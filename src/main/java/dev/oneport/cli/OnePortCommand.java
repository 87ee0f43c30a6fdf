package dev.oneport.cli;

import dev.oneport.client.ForeignText;
import dev.oneport.config.Spelling;
import dev.oneport.config.Units;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code oneport}: selects the command. */
@Command(
    name = "oneport",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = OnePortCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "HTTP, gRPC and WebSocket on one port, with one policy for who may call what.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:the command failed",
      "2:the command line or the configuration is invalid"
    })
public final class OnePortCommand implements Runnable {
  private static final Set<String> CLIENT_LIBRARIES =
      Set.of("io/grpc/okhttp/", "com/google/auth/", "com/google/api/client/", "okio/");

  private static final Set<String> MAY_BE_EMPTY = Set.of("--message", "--data");

  @Spec private CommandSpec spec = CommandSpec.create();

  private OnePortCommand() {}

  /**
   * Runs a command line and returns the exit code.
   *
   * @param stop the stop signals since the process began; null if the process does not handle them
   */
  public static int run(
      Map<String, String> environment, @Nullable StopSignal stop, String... args) {
    return commandLine(environment, stop, args).setOut(standardOutput()).execute(args);
  }

  static CommandLine commandLine(Map<String, String> environment, String... args) {
    return commandLine(environment, null, args);
  }

  /**
   * Standard output as a file, which reports when its reader is gone; {@code System.out} hides
   * that.
   */
  private static PrintWriter standardOutput() {
    var file = new FileOutputStream(FileDescriptor.out);
    return new PrintWriter(new OutputStreamWriter(file, System.out.charset()), true);
  }

  /**
   * The command line, with only the subcommand that the arguments name: no command should wait
   * while picocli inspects the others. Help, completion and mistakes need all of them.
   */
  private static CommandLine commandLine(
      Map<String, String> environment, @Nullable StopSignal stop, String... args) {
    var all = subcommands(environment, stop);
    var named = args.length == 0 || args[0].equals("completion") ? null : all.get(args[0]);
    var commandLine = new CommandLine(new OnePortCommand());
    (named == null ? all.values() : List.of(named))
        .forEach(command -> commandLine.addSubcommand(command.get()));
    return commandLine
        // @FILE is a value of -d, not a file of arguments.
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(OnePortCommand::wrong)
        .setExecutionExceptionHandler(OnePortCommand::failed)
        .setExecutionStrategy(OnePortCommand::runChecked)
        .registerConverter(Duration.class, OnePortCommand::duration);
  }

  /** Prints one line instead of the whole help, without anything that looks like a token. */
  private static int wrong(ParameterException e, String[] args) {
    var command = e.getCommandLine();
    command
        .getErr()
        .println(
            "oneport: "
                + ForeignText.line(message(e))
                + "; see '"
                + command.getCommandSpec().qualifiedName()
                + " --help'");
    return ExitCode.CONFIGURATION;
  }

  /** Reports an unknown command as such, not as an unmatched argument. */
  private static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      var word = unmatched.getUnmatched().getFirst();
      var command = e.getCommandLine();
      var commands = command.getSubcommands().keySet();
      if (!commands.isEmpty() && !word.startsWith("-")) {
        return "there is no command '"
            + word
            + "'"
            + Spelling.hint(word, commands)
            + "; the commands are: "
            + String.join(", ", commands);
      }
      if (word.startsWith("-")) {
        var option = word.replaceFirst("=.*", "");
        return e.getMessage()
            + Spelling.hint(option, command.getCommandSpec().optionsMap().keySet());
      }
    }
    return String.valueOf(e.getMessage());
  }

  /** The reader of the results has closed the pipe: end quietly. */
  private static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    if (e instanceof Results.PipeClosed) {
      return ExitCode.OK;
    }
    throw e;
  }

  /** Rejects empty values: they usually come from an unset shell variable. */
  private static int runChecked(ParseResult parsed) {
    for (var at = parsed; at != null; at = at.subcommand()) {
      for (var option : at.matchedOptions()) {
        var empty = option.originalStringValues().stream().anyMatch(String::isBlank);
        if (empty && !MAY_BE_EMPTY.contains(option.longestName())) {
          throw new ParameterException(
              at.commandSpec().commandLine(), option.longestName() + " must not be empty");
        }
      }
    }
    try {
      return new CommandLine.RunLast().execute(parsed);
    } catch (NoClassDefFoundError e) {
      return withoutClient(parsed, e);
    }
  }

  /** Explains a missing class of the client's libraries, which the server-only image leaves out. */
  private static int withoutClient(ParseResult parsed, NoClassDefFoundError missing) {
    var name = String.valueOf(missing.getMessage());
    if (CLIENT_LIBRARIES.stream().noneMatch(name::startsWith)) {
      throw missing;
    }
    parsed
        .commandSpec()
        .commandLine()
        .getErr()
        .println(
            "oneport: the client's libraries are missing: this is the server-only image;"
                + " build it with CLIENT=yes, or use a checkout");
    return ExitCode.CONFIGURATION;
  }

  /** What makes each subcommand, by its name. */
  private static Map<String, Supplier<Object>> subcommands(
      Map<String, String> environment, @Nullable StopSignal stop) {
    var all = new LinkedHashMap<String, Supplier<Object>>();
    all.put("serve", () -> new ServeCommand(environment, stop));
    all.put("call", CallCommand::new);
    all.put("token", TokenCommand::new);
    all.put("key", () -> new CommandLine(new KeyCommand()).addSubcommand(new KeyNewCommand()));
    all.put("policy", () -> policy(environment));
    all.put("revoke", () -> new RevokeCommand(environment, Clock.systemUTC()));
    all.put("revoked", () -> new RevokedCommand(environment, Clock.systemUTC()));
    all.put(
        "config",
        () -> new CommandLine(new ConfigCommand()).addSubcommand(new ConfigSchemaCommand()));
    all.put("completion", CompletionCommand::new);
    return all;
  }

  private static CommandLine policy(Map<String, String> environment) {
    return new CommandLine(new PolicyCommand(environment))
        .addSubcommand(new PolicyCheckCommand())
        .addSubcommand(new PolicyExplainCommand())
        .addSubcommand(new PolicyWhoCommand())
        .addSubcommand(new PolicyRoutesCommand())
        .addSubcommand(new PolicyTestCommand())
        .addSubcommand(new PolicyDiffCommand());
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "name a command: serve, call, token, key, policy, revoke, revoked, config or completion");
  }

  private static Duration duration(String text) {
    return Units.duration(text)
        .orElseThrow(
            () ->
                new TypeConversionException("'" + text + "' is not a time such as 60s, 5m or 1h"));
  }

  /** The version of the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = OnePortCommand.class.getPackage().getImplementationVersion();
      return new String[] {"oneport " + (version == null ? "unpackaged" : version)};
    }
  }
}
