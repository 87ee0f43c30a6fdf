package dev.oneport.transport.http1.client;

import java.io.IOException;

/** The server sent an invalid response; the connection cannot be reused. */
public final class UncleanResponse extends IOException {
  private static final long serialVersionUID = 1;

  UncleanResponse(String message) {
    super(message);
  }
}
