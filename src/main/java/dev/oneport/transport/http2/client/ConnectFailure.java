package dev.oneport.transport.http2.client;

/** No connection to the server could be opened, so nothing was sent. The message is for the log. */
public final class ConnectFailure extends Exception {
  private final boolean late;

  ConnectFailure(String message, boolean late) {
    super(message, null, false, false);
    this.late = late;
  }

  /** Whether connecting timed out. */
  public boolean late() {
    return late;
  }
}
