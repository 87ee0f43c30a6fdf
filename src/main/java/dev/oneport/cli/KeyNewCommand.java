package dev.oneport.cli;

import dev.oneport.identity.ApiKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code oneport key new}: makes a key, and prints it once. */
@Command(
    name = "new",
    description = {
      "Make an API key of 256 bits.",
      "The first line is the key, for the client; it is printed once and kept nowhere.",
      "The second line is for the server: the name, the key's digest, its roles and expiry."
    })
final class KeyNewCommand implements Callable<Integer> {
  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "The caller that the key names.")
  String name = "";

  @Option(
      names = "--roles",
      paramLabel = "ROLE",
      split = ",",
      description = "The roles that the key brings, separated by commas.")
  List<String> roles = List.of();

  @Option(
      names = "--expires",
      paramLabel = "DATE",
      description =
          "The last day on which it is good, such as 2027-01-31. Default: it does not expire.")
  @Nullable String expires;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    var words = new ArrayList<String>();
    roles.forEach(role -> words.add("role=" + role));
    if (expires != null) {
      words.add("expires=" + expires);
    }
    var key = ApiKey.random();
    var out = spec.commandLine().getOut();
    try {
      var configured = ApiKey.of(key, name, words);
      out.println(key);
      out.println(configured.line());
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "the line for the server " + e.getMessage(), e);
    }
  }
}
