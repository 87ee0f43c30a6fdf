package dev.oneport;

import dev.oneport.cli.OnePortCommand;
import dev.oneport.cli.Serving;

/** The process: its arguments, its environment, its exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    int code = 1;
    try {
      code =
          Serving.isAll(args)
              ? Serving.run(System.getenv())
              : OnePortCommand.run(System.getenv(), args);
    } catch (Throwable e) {
      System.getLogger("dev.oneport").log(System.Logger.Level.ERROR, "the process failed", e);
    }
    // Whatever happened: threads of the server would keep a process alive that serves nobody.
    System.exit(code);
  }
}
