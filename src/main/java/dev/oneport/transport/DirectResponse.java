package dev.oneport.transport;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.DateTime;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ListenerContext;
import java.nio.charset.StandardCharsets;

/** Responses that end their connection, written without Helidon's connection. */
public final class DirectResponse {
  private static final byte[] EMPTY = {};

  private DirectResponse() {}

  /** The response that the listener's direct handlers give to a refusal. */
  public static BufferData of(ListenerContext listener, RequestException refusal) {
    var message = listener.config().errorHandling().includeEntity() ? refusal.getMessage() : null;
    var response =
        listener
            .directHandlers()
            .handler(refusal.eventType())
            .handle(
                refusal.request(),
                refusal.eventType(),
                refusal.status(),
                refusal.responseHeaders(),
                message);
    return of(response.status(), response.headers(), response.entity().orElse(EMPTY));
  }

  /** A whole response: framing headers are ours whatever those given say. */
  public static BufferData of(Status status, Headers headers, byte[] body) {
    var all = WritableHeaders.create(headers);
    all.remove(HeaderNames.TRANSFER_ENCODING);
    all.set(HeaderValues.CONNECTION_CLOSE);
    if (StatusRules.mayHaveLength(status.code())) {
      all.set(HeaderNames.CONTENT_LENGTH, String.valueOf(body.length));
    } else {
      all.remove(HeaderNames.CONTENT_LENGTH);
    }
    if (!all.contains(HeaderNames.DATE)) {
      all.set(HeaderNames.DATE, DateTime.timestamp().format(DateTime.RFC_1123_DATE_TIME));
    }
    all.forEach(header -> header.validate());
    FieldBytes.keep(all);
    var buffer = BufferData.growing(256 + body.length);
    var line = "HTTP/1.1 " + status.code() + " " + status.reasonPhrase() + "\r\n";
    buffer.write(line.getBytes(StandardCharsets.US_ASCII));
    all.forEach(header -> header.writeHttp1Header(buffer));
    buffer.write('\r');
    buffer.write('\n');
    buffer.write(body);
    return buffer;
  }
}
