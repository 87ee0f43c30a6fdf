package dev.oneport.cli;

/** What the process ends with. */
final class ExitCode {
  static final int OK = 0;

  /** It was tried and failed. */
  static final int FAILED = 1;

  /** The command line or the configuration is wrong; nothing was tried. */
  static final int CONFIGURATION = 2;

  private ExitCode() {}
}
