package dev.oneport.transport.connect;

import dev.oneport.transport.http2.hpack.HeaderField;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/** The head of a response. */
final class ResponseFields {
  private ResponseFields() {}

  static void begin(ServerResponse response, WebType type, List<HeaderField> fields) {
    response.headers().set(HeaderValues.create(HeaderNames.CONTENT_TYPE, type.mediaType()));
    for (var field : fields) {
      add(response, field.name(), field.value());
    }
  }

  static void add(ServerResponse response, String name, String value) {
    response.headers().add(HeaderValues.create(HeaderNames.create(name), value));
  }
}
