package dev.oneport.gate;

import io.helidon.common.uri.UriQuery;
import io.helidon.http.Header;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.ServerResponseTrailers;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Delegates to another response; a subclass overrides how it is sent. */
abstract class ForwardingResponse implements ServerResponse {
  private final ServerResponse response;

  ForwardingResponse(ServerResponse response) {
    this.response = response;
  }

  ServerResponse delegate() {
    return response;
  }

  @Override
  public Status status() {
    return response.status();
  }

  @Override
  public ServerResponse header(Header header) {
    response.header(header);
    return this;
  }

  @Override
  public boolean isSent() {
    return response.isSent();
  }

  @Override
  public long bytesWritten() {
    return response.bytesWritten();
  }

  @Override
  public ServerResponse beforeSend(Runnable listener) {
    response.beforeSend(listener);
    return this;
  }

  @Override
  public ServerResponse whenSent(Runnable listener) {
    response.whenSent(listener);
    return this;
  }

  @Override
  public ServerResponse reroute(String path) {
    response.reroute(path);
    return this;
  }

  @Override
  public ServerResponse reroute(String path, UriQuery query) {
    response.reroute(path, query);
    return this;
  }

  @Override
  public ServerResponse next() {
    response.next();
    return this;
  }

  @Override
  public ServerResponseHeaders headers() {
    return response.headers();
  }

  @Override
  public ServerResponseTrailers trailers() {
    return response.trailers();
  }

  @Override
  public ServerResponse beforeTrailers(Consumer<ServerResponseTrailers> listener) {
    response.beforeTrailers(listener);
    return this;
  }

  @Override
  public void streamResult(String result) {
    response.streamResult(result);
  }

  @Override
  public void streamFilter(UnaryOperator<OutputStream> filter) {
    response.streamFilter(filter);
  }
}
