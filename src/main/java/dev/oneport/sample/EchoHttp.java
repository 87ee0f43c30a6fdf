package dev.oneport.sample;

import io.helidon.http.Header;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;

/** The sample service over HTTP. */
final class EchoHttp {
  private static final Header JSON = HeaderValues.CONTENT_TYPE_JSON;

  private final byte[] pong;

  EchoHttp(Echo echo) {
    this.pong = ("{\"message\":\"" + echo.ping() + "\"}").getBytes(StandardCharsets.UTF_8);
  }

  void ping(ServerRequest request, ServerResponse response) {
    response.header(JSON);
    response.send(pong);
  }
}
