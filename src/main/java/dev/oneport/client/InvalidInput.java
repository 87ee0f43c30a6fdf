package dev.oneport.client;

/**
 * What the caller of this library gave cannot be used: an address, a key file, a certificate. The
 * message is one line that says what is wrong and what to do; nothing was sent yet.
 */
public final class InvalidInput extends RuntimeException {
  public InvalidInput(String message) {
    super(message);
  }
}
