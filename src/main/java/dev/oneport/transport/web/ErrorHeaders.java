package dev.oneport.transport.web;

import io.grpc.Metadata;
import io.grpc.Status;
import io.helidon.http.Header;
import java.util.List;

/**
 * What an answer whose HTTP status says that the call failed carries in its headers: for the layer
 * above, which knows of challenges and of when to try again.
 */
@FunctionalInterface
public interface ErrorHeaders {
  /** The headers for an error with this status and these trailers. */
  List<Header> of(Status status, Metadata trailers);
}
