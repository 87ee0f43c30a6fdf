package dev.oneport.transport.http1.client;

import java.io.IOException;

/** A server took too long. */
public final class OriginTimeout extends IOException {
  private static final long serialVersionUID = 1;

  public OriginTimeout(String message) {
    super(message);
  }
}
