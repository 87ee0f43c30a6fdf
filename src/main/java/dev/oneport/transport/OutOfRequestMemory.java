package dev.oneport.transport;

import io.helidon.http.HttpException;
import io.helidon.http.Status;

/** All requests together hold as much memory as allowed, and none became free in time. */
public final class OutOfRequestMemory extends HttpException {
  private static final long serialVersionUID = 1;

  public OutOfRequestMemory() {
    super("requests hold too much memory at once", Status.TOO_MANY_REQUESTS_429);
  }
}
