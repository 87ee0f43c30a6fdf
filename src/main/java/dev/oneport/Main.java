package dev.oneport;

import dev.oneport.cli.OnePortCommand;
import dev.oneport.cli.Revoking;
import dev.oneport.cli.Serving;
import dev.oneport.cli.StopSignal;

/** The process: its arguments, its environment, its exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    int code = 1;
    try {
      // First of all: a signal that comes before would end the process with another code.
      var stop = Serving.isServer(args) ? new StopSignal() : null;
      var plain = Revoking.runPlain(System.getenv(), args);
      if (plain.isPresent()) {
        code = plain.getAsInt();
      } else if (stop != null && Serving.isPlainServe(args)) {
        code = Serving.run(System.getenv(), stop);
      } else {
        code = OnePortCommand.run(System.getenv(), stop, args);
      }
    } catch (Throwable e) {
      System.getLogger("dev.oneport").log(System.Logger.Level.ERROR, "the process failed", e);
    }
    // Whatever happened: threads of the server would keep a process alive that serves nobody.
    System.exit(code);
  }
}
