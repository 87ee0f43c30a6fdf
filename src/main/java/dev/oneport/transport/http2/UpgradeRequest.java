package dev.oneport.transport.http2;

/**
 * The HTTP/1.1 request that a connection was upgraded with, which becomes stream 1 (RFC 7540
 * section 3.2).
 */
final class UpgradeRequest {
  private final RequestHead head;
  private final byte[] settings;

  UpgradeRequest(RequestHead head, byte[] settings) {
    this.head = head;
    this.settings = settings;
  }

  RequestHead head() {
    return head;
  }

  /** The payload of the client's SETTINGS, from its {@code HTTP2-Settings}. */
  byte[] settings() {
    return settings;
  }
}
