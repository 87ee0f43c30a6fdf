package dev.oneport.transport.http2;

import java.util.Optional;

/** A protocol on HTTP/2 streams, such as gRPC: is asked before a request is taken as plain HTTP. */
@FunctionalInterface
public interface StreamProtocol {
  /**
   * Who serves this stream, if it is one of this protocol. Called on the thread that reads the
   * connection: decides by the request's head alone, of which nothing but the content type is known
   * if it {@link RequestHead#isTooLarge is too large}.
   */
  Optional<StreamHandler> handler(Http2Stream stream);
}
