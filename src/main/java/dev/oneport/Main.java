package dev.oneport;

import dev.oneport.cli.OnePortCommand;
import dev.oneport.cli.Serving;

/** The process: its arguments, its environment, its exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(
        Serving.isAll(args)
            ? Serving.run(System.getenv())
            : OnePortCommand.run(System.getenv(), args));
  }
}
