package dev.oneport.transport.tls;

import dev.oneport.transport.DirectResponse;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import java.nio.charset.StandardCharsets;

/** What a client is told that speaks HTTP, and not TLS, to a port that speaks TLS. */
final class PlainRequest {
  private static final String TEXT = "this port speaks TLS: use https\n";

  private PlainRequest() {}

  /** Whether it may be a request: each begins with a method, HTTP/2's preface too. */
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
