package dev.oneport.transport.http1;

import dev.oneport.transport.FieldBytes;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;

/**
 * Adjusts each response's headers just before Helidon writes them, so that {@code Connection:
 * close} is present exactly if the connection ends, and values keep their bytes.
 *
 * <p>It must be the only listener: Helidon 4.5.0 calls none if there are two.
 */
final class Http1ResponseHead implements Http1ConnectionListener {
  @Override
  public void status(ConnectionContext context, Status status) {
    if (context instanceof GuardedContext guarded) {
      guarded.session().status(status.code());
    }
  }

  @Override
  public void headers(ConnectionContext context, Headers headers) {
    if (context instanceof GuardedContext guarded
        && headers instanceof ServerResponseHeaders response) {
      var session = guarded.session();
      if (response.contains(HeaderNames.CONNECTION)
          && response.containsToken(HeaderValues.CONNECTION_CLOSE)) {
        session.endAfterThisRequest();
      }
      if (session.status() == 204 || session.status() == 304) {
        // Helidon 4.5.0 sends a length of 0 (RFC 9110 section 8.6).
        response.remove(HeaderNames.CONTENT_LENGTH);
      }
      var chunked = response.contains(HeaderNames.TRANSFER_ENCODING);
      var last = session.answering(chunked);
      session.exchange().correct(response);
      if (session.http10()) {
        // HTTP/1.0 clients do not know transfer codings (RFC 9112 section 6.1).
        response.remove(HeaderNames.TRANSFER_ENCODING);
        response.remove(HeaderNames.TRAILER);
        response.add(HeaderValues.CONNECTION_KEEP_ALIVE);
      }
      if (last) {
        response.set(HeaderValues.CONNECTION_CLOSE);
      }
      FieldBytes.keep(response);
    }
  }
}
