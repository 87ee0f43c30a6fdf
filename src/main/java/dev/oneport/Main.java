package dev.oneport;

import dev.oneport.cli.OnePortCommand;

/** The process: its arguments, its environment, its exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(OnePortCommand.run(System.getenv(), args));
  }
}
