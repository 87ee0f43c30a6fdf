package dev.oneport.transport.http2.client;

/** There is no connection to the server: nothing was sent. The message is for the log. */
public final class ConnectFailure extends Exception {
  private final boolean late;

  ConnectFailure(String message, boolean late) {
    super(message, null, false, false);
    this.late = late;
  }

  /** Whether it took too long, rather than being refused. */
  public boolean late() {
    return late;
  }
}
