package dev.oneport.transport.http1.client;

import java.io.IOException;

/** What a server sent is not a response to its request; its connection cannot be used again. */
public final class UncleanResponse extends IOException {
  private static final long serialVersionUID = 1;

  UncleanResponse(String message) {
    super(message);
  }
}
