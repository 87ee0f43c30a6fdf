package dev.oneport.transport.http1;

import io.helidon.common.socket.HelidonSocket;

/** The protocol that was negotiated by ALPN. */
enum Negotiated {
  HTTP_2,
  HTTP_1,
  /** The client offered no protocol, or the connection does not use TLS. */
  NOTHING;

  static Negotiated by(HelidonSocket socket) {
    if (!socket.protocolNegotiated()) {
      return NOTHING;
    }
    return socket.protocol().equals("h2") ? HTTP_2 : HTTP_1;
  }
}
