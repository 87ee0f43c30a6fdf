package dev.oneport.client;

/**
 * An argument cannot be used: an address, a key file, a certificate. The message is one line that
 * says what is wrong and what to do; nothing has been sent.
 */
public final class InvalidInput extends RuntimeException {
  public InvalidInput(String message) {
    super(message);
  }
}
