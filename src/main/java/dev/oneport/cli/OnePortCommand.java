package dev.oneport.cli;

import dev.oneport.client.ForeignText;
import dev.oneport.config.Units;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
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

/** {@code oneport}: picks the command. */
@Command(
    name = "oneport",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = OnePortCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description =
        "HTTP, gRPC and WebSocket on one port, with one policy that says who may call what.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:it was tried and failed",
      "2:the command line or the configuration is wrong"
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
   * @param stop the signals since the process began, where they do not simply end it
   */
  public static int run(
      Map<String, String> environment, @Nullable StopSignal stop, String... args) {
    return commandLine(environment, stop, args).setOut(standardOutput()).execute(args);
  }

  static CommandLine commandLine(Map<String, String> environment, String... args) {
    return commandLine(environment, null, args);
  }

  /**
   * Standard output as a file, which says when nobody reads it any more; {@code System.out} keeps
   * that to itself.
   */
  private static PrintWriter standardOutput() {
    var file = new FileOutputStream(FileDescriptor.out);
    return new PrintWriter(new OutputStreamWriter(file, System.out.charset()), true);
  }

  /** The command line with the commands that the arguments may mean. */
  private static CommandLine commandLine(
      Map<String, String> environment, @Nullable StopSignal stop, String... args) {
    var commandLine =
        new CommandLine(new OnePortCommand()).addSubcommand(new ServeCommand(environment, stop));
    if (args.length == 0 || !args[0].equals("serve")) {
      // A server does not wait for picocli to look at commands that it will not run.
      commandLine
          .addSubcommand(new CallCommand())
          .addSubcommand(new TokenCommand())
          .addSubcommand(policy(environment))
          .addSubcommand(new CompletionCommand());
    }
    return commandLine
        // @FILE is a value of -d, and no file of arguments.
        .setExpandAtFiles(false)
        .setParameterExceptionHandler(OnePortCommand::wrong)
        .setExecutionExceptionHandler(OnePortCommand::failed)
        .setExecutionStrategy(OnePortCommand::runChecked)
        .registerConverter(Duration.class, OnePortCommand::duration);
  }

  /** One line instead of the whole help; what was typed may hold a token. */
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

  /** A word where a command belongs is blamed for that, and not for being one too many. */
  private static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      var word = unmatched.getUnmatched().getFirst();
      var commands = String.join(", ", e.getCommandLine().getSubcommands().keySet());
      if (!commands.isEmpty() && !word.startsWith("-")) {
        return "there is no command '" + word + "', but " + commands;
      }
    }
    return String.valueOf(e.getMessage());
  }

  /** Whoever read the results has closed their end: there is nothing left to do or to say. */
  private static int failed(Exception e, CommandLine command, ParseResult parsed) throws Exception {
    if (e instanceof Results.NobodyReads) {
      return ExitCode.OK;
    }
    throw e;
  }

  /** An option with an empty value is a variable of the shell that was not set. */
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

  /** The image holds the server alone, without the libraries of the client. */
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
            "oneport: the client's libraries are not here: this is an image of the server alone;"
                + " build it with CLIENT=yes, or call from a checkout");
    return ExitCode.CONFIGURATION;
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
        spec.commandLine(), "say which command: serve, call, token, policy or completion");
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
