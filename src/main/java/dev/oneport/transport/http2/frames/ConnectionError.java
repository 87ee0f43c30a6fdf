package dev.oneport.transport.http2.frames;

/** An error of the peer that ends the connection with a GOAWAY (RFC 9113 section 5.4.1). */
public final class ConnectionError extends RuntimeException {
  private final ErrorCode code;

  public ConnectionError(ErrorCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }
}
