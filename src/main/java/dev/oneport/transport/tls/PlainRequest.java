package dev.oneport.transport.tls;

import dev.oneport.transport.DirectResponse;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import java.nio.charset.StandardCharsets;

/** The answer to a client that sends plain HTTP to a TLS port. */
final class PlainRequest {
  private static final String TEXT = "this port speaks TLS: use https\n";

  private PlainRequest() {}

  /**
   * Whether the bytes may be a request: requests begin with a method, and so does HTTP/2's preface.
   */
  static boolean mayBegin(byte[] first) {
    return first[0] >= 'A' && first[0] <= 'Z';
  }

  static BufferData answer() {
    var headers = WritableHeaders.create();
    headers.set(HeaderNames.CONTENT_TYPE, "text/plain");
    return DirectResponse.of(
        Status.BAD_REQUEST_400, headers, TEXT.getBytes(StandardCharsets.US_ASCII));
  }
}
