package dev.oneport.cli;

/** A mistake in the arguments of a command; the message is for the user. */
final class Misuse extends RuntimeException {
  private static final long serialVersionUID = 1;

  Misuse(String message) {
    super(message);
  }
}
