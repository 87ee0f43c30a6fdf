package dev.oneport.transport.websocket;

import io.helidon.http.Headers;
import io.helidon.http.Status;

/**
 * Refuses an upgrade with a whole response, whose content may be anything. A listener's {@code
 * onHttpUpgrade} throws it; a {@code RequestException} carries only text.
 */
public final class AnsweredUpgrade extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Status status;
  private final transient Headers headers;
  private final transient byte[] body;

  /**
   * Refuses with a response.
   *
   * @param headers all but those of framing
   */
  public AnsweredUpgrade(Status status, Headers headers, byte[] body) {
    super("the upgrade was answered with " + status.code(), null, false, false);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  public Status status() {
    return status;
  }

  Headers headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }
}
