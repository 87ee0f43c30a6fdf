package dev.oneport.transport.http2;

import java.util.Optional;

/** A protocol on HTTP/2 streams, such as gRPC; asked before a request is handled as plain HTTP. */
@FunctionalInterface
public interface StreamProtocol {
  /**
   * The handler of this stream, if it uses this protocol. Called on the thread that reads the
   * connection. Decides only by the request's head, which contains only the content type if it
   * {@link RequestHead#isTooLarge is too large}.
   */
  Optional<StreamHandler> handler(Http2Stream stream);
}
