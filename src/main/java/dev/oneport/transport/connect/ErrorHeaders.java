package dev.oneport.transport.connect;

import io.grpc.Metadata;
import io.grpc.Status;
import io.helidon.http.Header;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/**
 * What an answer whose HTTP status says that the call failed carries: for the layer above, which
 * knows of challenges, of when to try again, and of how plain HTTP says it.
 */
public interface ErrorHeaders {
  /** The headers for an error with this status and these trailers. */
  List<Header> of(Status status, Metadata trailers);

  /** Answers with an error as plain HTTP says it. */
  void send(ServerResponse response, Status status, Metadata trailers);
}
