package dev.oneport.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/**
 * A command line that was run in this process.
 *
 * @param code what the process would have ended with
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

  /** The command line as one would type it, where nothing needs quotes. */
  static CommandRun ofLine(String line) {
    return of(line.strip().split(" +", -1));
  }
}
