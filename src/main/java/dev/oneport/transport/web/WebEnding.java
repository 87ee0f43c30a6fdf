package dev.oneport.transport.web;

import io.grpc.Metadata;
import io.grpc.Status;

/**
 * How a call ends; there is one of it for each.
 *
 * @param by who ended it
 */
record WebEnding(By by, Status status, Metadata trailers) {
  /** Who ends calls. */
  enum By {
    /** The handler closed it. */
    HANDLER,
    /** A deadline, a lease, a failure: whatever is not the handler's own word. */
    OTHERS,
    /** The client went away: there is nobody to tell. */
    CLIENT
  }

  static final WebEnding CLIENT_GONE =
      new WebEnding(
          By.CLIENT, Status.CANCELLED.withDescription("the client has gone"), new Metadata());
}
