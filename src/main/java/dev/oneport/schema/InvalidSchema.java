package dev.oneport.schema;

/** File descriptors that do not describe services; the message says why. */
public final class InvalidSchema extends Exception {
  private static final long serialVersionUID = 1;

  InvalidSchema(String message) {
    super(message);
  }
}
