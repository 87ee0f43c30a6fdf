package dev.oneport.transport.connect;

import io.grpc.Metadata;
import io.grpc.Status;
import io.helidon.http.Header;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/**
 * Adds headers to answers whose HTTP status reports a failed call: for the layer above, which knows
 * challenges, retry delays, and the format of plain HTTP errors.
 */
public interface ErrorHeaders {
  /** The headers for an error with this status and these trailers. */
  List<Header> of(Status status, Metadata trailers);

  /** Answers with an error in the format of plain HTTP. */
  void send(ServerResponse response, Status status, Metadata trailers);
}
