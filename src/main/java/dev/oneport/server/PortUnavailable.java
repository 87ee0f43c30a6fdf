package dev.oneport.server;

import java.io.Serial;

/** The port cannot be listened on; most often another process does. */
public final class PortUnavailable extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  PortUnavailable(int port) {
    super("cannot listen on port " + port + "; is it taken?");
  }
}
