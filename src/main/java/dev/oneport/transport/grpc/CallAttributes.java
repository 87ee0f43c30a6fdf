package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.Http2Stream;
import io.grpc.Attributes;
import io.grpc.Grpc;

/** What a call says of its connection, and of itself to those who control it. */
final class CallAttributes {
  private CallAttributes() {}

  static Attributes of(Http2Stream stream, CallControl call) {
    var connection = stream.context();
    return Attributes.newBuilder()
        .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, connection.remotePeer().address())
        .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, connection.localPeer().address())
        .set(CallControl.PROTOCOL, connection.isSecure() ? "h2" : "h2c")
        .set(CallControl.KEY, call)
        .build();
  }
}
