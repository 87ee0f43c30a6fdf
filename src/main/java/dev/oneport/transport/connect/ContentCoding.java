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
 * How the content of a Connect request is compressed: as gRPC's messages may be here, by gzip
 * (connectrpc.com/docs/protocol, Unary-Request).
 */
enum ContentCoding {
  IDENTITY,
  GZIP;

  private static final String ALL = "gzip, identity";

  /** What goes with a refusal (RFC 9110 section 12.5.3). */
  static final Header ACCEPTED = HeaderValues.createCached(HeaderNames.ACCEPT_ENCODING, ALL);

  /** Says what goes with a refusal in words. */
  static final String REFUSED = "the content may be in one of these encodings: " + ALL;

  /** The coding that a request's headers name; empty for another one, or several. */
  static Optional<ContentCoding> of(Headers headers) {
    var fields = headers.all(HeaderNames.CONTENT_ENCODING, List::of);
    if (fields.isEmpty()) {
      return Optional.of(IDENTITY);
    }
    return fields.size() == 1 ? named(fields.getFirst()) : Optional.empty();
  }

  /** RFC 9110 section 8.4.1: case does not matter, and the old name of gzip means the same. */
  private static Optional<ContentCoding> named(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "identity" -> Optional.of(IDENTITY);
      case "gzip", "x-gzip" -> Optional.of(GZIP);
      default -> Optional.empty();
    };
  }

  /** What undoes it; empty where nothing is to be undone. */
  Optional<Decompressor> decompressor() {
    return this == GZIP ? Optional.of(new Codec.Gzip()) : Optional.empty();
  }
}
