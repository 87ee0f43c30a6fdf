package dev.oneport.transport.websocket;

/** Wraps an exception of a listener, to tell it from failures of the socket. */
final class HandlerFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Throwable thrown;

  HandlerFailure(Throwable thrown) {
    super(thrown);
    this.thrown = thrown;
  }

  Throwable thrown() {
    return thrown;
  }
}
