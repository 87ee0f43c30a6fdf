package dev.oneport;

import dev.oneport.cli.OnePortCommand;

/** The process: its arguments, its environment, its exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    int code = 1;
    try {
      code = OnePortCommand.run(System.getenv(), args);
    } finally {
      // Whatever happened: threads of the server would keep a process alive that serves nobody.
      System.exit(code);
    }
  }
}
