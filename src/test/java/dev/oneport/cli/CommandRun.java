package dev.oneport.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/**
 * The result of a command line that ran in this process.
 *
 * @param code the exit code
 */
record CommandRun(int code, String out, String err) {
  static CommandRun of(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    var code =
        OnePortCommand.commandLine(Map.of(), args)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(args);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /** Runs a command line as typed, without quotes. */
  static CommandRun ofLine(String line) {
    return of(line.strip().split(" +", -1));
  }
}
