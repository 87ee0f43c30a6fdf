package dev.oneport.transport.connect;

import dev.oneport.transport.RequestSyntax;
import dev.oneport.transport.grpc.GrpcMetadata;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Metadata;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The headers of an HTTP request as a call's metadata; all values stay separate. */
final class RequestFields {
  // Headers about the connection, or about the transfer of the body.
  private static final Set<String> OF_HTTP =
      Set.of(
          "connection",
          "content-encoding",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "http2-settings",
          "transfer-encoding",
          "upgrade");

  private RequestFields() {}

  /**
   * All headers. @throws dev.oneport.transport.calls.CallFailure if a binary value is not base64
   */
  static Metadata metadata(ServerRequest request) {
    return GrpcMetadata.of(fields(request));
  }

  /** The headers that can be read even if binary ones are invalid. */
  static Metadata texts(ServerRequest request) {
    return GrpcMetadata.texts(fields(request));
  }

  private static List<HeaderField> fields(ServerRequest request) {
    var fields = new ArrayList<HeaderField>();
    for (var header : request.headers()) {
      var name = header.headerName().lowerCase();
      if (!OF_HTTP.contains(name)) {
        header.allValues().forEach(value -> fields.add(HeaderField.of(name, value)));
      }
    }
    return fields;
  }

  /** The fields that are for this connection only (RFC 9110 section 7.6.1), in lower case. */
  static Set<String> ofConnection(ServerRequest request) {
    if (!request.headers().contains(HeaderNames.CONNECTION)) {
      return Set.of();
    }
    return request.headers().values(HeaderNames.CONNECTION).stream()
        .flatMap(RequestSyntax::elements)
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  static Optional<String> first(ServerRequest request, HeaderName name) {
    return request.headers().first(name);
  }

  static Optional<String> first(ServerRequest request, String name) {
    return first(request, HeaderNames.create(name));
  }
}
