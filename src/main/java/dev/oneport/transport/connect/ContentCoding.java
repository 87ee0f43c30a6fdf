package dev.oneport.transport.connect;

import io.grpc.Codec;
import io.grpc.Decompressor;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The compression of a Connect request's content: gzip, as for gRPC messages
 * (connectrpc.com/docs/protocol, Unary-Request).
 */
enum ContentCoding {
  IDENTITY,
  GZIP;

  private static final String ALL = "gzip, identity";

  /** The header to send with a refusal (RFC 9110 section 12.5.3). */
  static final Header ACCEPTED = HeaderValues.createCached(HeaderNames.ACCEPT_ENCODING, ALL);

  /** The text to send with a refusal. */
  static final String REFUSED = "the content may be in one of these encodings: " + ALL;

  /** The coding that a request's headers name; empty for another one, or several. */
  static Optional<ContentCoding> of(Headers headers) {
    var fields = headers.all(HeaderNames.CONTENT_ENCODING, List::of);
    if (fields.isEmpty()) {
      return Optional.of(IDENTITY);
    }
    return fields.size() == 1 ? named(fields.getFirst()) : Optional.empty();
  }

  /** RFC 9110 section 8.4.1: names are case-insensitive, and {@code x-gzip} means gzip. */
  private static Optional<ContentCoding> named(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "identity" -> Optional.of(IDENTITY);
      case "gzip", "x-gzip" -> Optional.of(GZIP);
      default -> Optional.empty();
    };
  }

  /** The decompressor; empty if the content is not compressed. */
  Optional<Decompressor> decompressor() {
    return this == GZIP ? Optional.of(new Codec.Gzip()) : Optional.empty();
  }
}
