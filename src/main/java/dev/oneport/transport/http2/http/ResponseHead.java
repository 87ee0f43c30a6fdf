package dev.oneport.transport.http2.http;

import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.http2.hpack.HeaderField;
import dev.oneport.transport.http2.hpack.HeaderText;
import io.helidon.http.Headers;
import io.helidon.http.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The fields of a response, with one field for each value of a header, and without
 * connection-specific fields of HTTP/1.1 (RFC 9113 section 8.2.2).
 */
public final class ResponseHead {
  private static final Set<String> DROPPED =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");
  private static final HeaderField OK = HeaderField.of(":status", "200");

  private static final HeaderField[] CONTINUE = {HeaderField.of(":status", "100")};

  private ResponseHead() {}

  /** The head of a 100 Continue (RFC 9110 section 10.1.1). */
  static HeaderField[] goOn() {
    return CONTINUE;
  }

  public static HeaderField[] of(Status status, Headers headers) {
    var fields = new ArrayList<HeaderField>(headers.size() + 1);
    fields.add(status.code() == 200 ? OK : HeaderField.of(":status", status.codeText()));
    return addAll(headers, fields);
  }

  public static HeaderField[] trailers(Headers headers) {
    return addAll(headers, new ArrayList<>(headers.size()));
  }

  /** Interim responses and trailers, which came from elsewhere. */
  static HeaderField[] fields(List<HeaderLine> lines) {
    var fields = new ArrayList<HeaderField>(lines.size());
    for (var line : lines) {
      var name = line.name().toLowerCase(Locale.ROOT);
      if (!DROPPED.contains(name)) {
        fields.add(field(name, line.value()));
      }
    }
    return fields.toArray(HeaderField[]::new);
  }

  /** An interim response. */
  static HeaderField[] interim(int status, List<HeaderLine> lines) {
    var all = new ArrayList<HeaderField>(lines.size() + 1);
    all.add(HeaderField.of(":status", String.valueOf(status)));
    all.addAll(List.of(fields(lines)));
    return all.toArray(HeaderField[]::new);
  }

  private static HeaderField[] addAll(Headers headers, List<HeaderField> fields) {
    for (var header : headers) {
      var name = header.headerName().lowerCase();
      if (DROPPED.contains(name) || name.startsWith(":")) {
        continue;
      }
      for (var value : header.allValues()) {
        fields.add(field(name, value));
      }
    }
    return fields.toArray(HeaderField[]::new);
  }

  private static HeaderField field(String name, String value) {
    var field = HeaderField.of(name.toLowerCase(Locale.ROOT), value);
    if (!HeaderText.wellFormed(field.nameBytes(), field.valueBytes())) {
      throw new IllegalArgumentException("not a header field: " + field.name());
    }
    return field;
  }
}
