package dev.oneport.transport.websocket;

/** Carries what a listener threw, apart from what goes wrong with its socket. */
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
