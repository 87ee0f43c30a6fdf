package dev.oneport.transport;

import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Supplier;

/**
 * What HTTP has beyond Helidon's requests and responses (4.5.0): interim responses, the trailers of
 * requests, trailers that nobody announced, and a response's head before its content. The
 * connection provides it to the thread that serves a request.
 */
public interface ServedExchange {
  /** For threads that serve no request of this server's transports. */
  ServedExchange NONE =
      new ServedExchange() {
        @Override
        public void interim(int status, List<HeaderLine> fields) {}

        @Override
        public List<HeaderLine> requestTrailers() {
          return List.of();
        }

        @Override
        public void responseTrailers(Supplier<List<HeaderLine>> trailers) {}

        @Override
        public OutputStream begin(ServerResponse response) {
          return response.outputStream();
        }
      };

  /** That of this thread's request. */
  static ServedExchange current() {
    return ClientWatch.SERVED.isBound() ? ClientWatch.SERVED.get() : NONE;
  }

  /** Sends an interim response, such as 103, to a client that knows them. */
  void interim(int status, List<HeaderLine> fields);

  /** The fields after the request's content, once all of that was read. */
  List<HeaderLine> requestTrailers();

  /**
   * Sends fields after the response's content, to a client that knows chunks or HTTP/2; for a
   * response that {@link #begin} begins.
   *
   * @param trailers are asked for when the content is complete
   */
  void responseTrailers(Supplier<List<HeaderLine>> trailers);

  /** Sends the response's head, and returns the stream for the content. */
  OutputStream begin(ServerResponse response) throws IOException;
}
