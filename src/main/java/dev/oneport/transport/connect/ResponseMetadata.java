package dev.oneport.transport.connect;

import dev.oneport.transport.grpc.GrpcMetadata;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Metadata as fields of a response over plain HTTP, where some names say what form the response
 * has. A service, or an upstream that adds them to its own responses, does not know that form.
 */
final class ResponseMetadata {
  private static final Set<String> OF_FORM =
      Set.of("connect-content-encoding", "content-encoding", "content-range", "date", "trailer");

  private ResponseMetadata() {}

  /** Adds the metadata to the fields of a head. */
  static void addTo(List<HeaderField> fields, Metadata metadata) {
    var all = new ArrayList<HeaderField>();
    GrpcMetadata.addTo(all, metadata);
    addTo(fields, all);
  }

  static void addTo(List<HeaderField> fields, List<HeaderField> metadata) {
    for (var field : metadata) {
      if (!OF_FORM.contains(field.name())) {
        fields.add(field);
      }
    }
  }
}
