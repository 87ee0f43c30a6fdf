package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/** How a call ended, as the fields that say it: {@code grpc-status} and what goes with it. */
public final class StatusFields {
  private static final HeaderField[] OK = {HeaderField.of("grpc-status", "0")};

  private StatusFields() {}

  /** The fields; the array is shared and must not be changed. */
  public static HeaderField[] of(Status status, Metadata metadata) {
    if (status.isOk() && status.getDescription() == null && metadata.keys().isEmpty()) {
      return OK;
    }
    var fields = new ArrayList<HeaderField>();
    fields.add(HeaderField.of("grpc-status", Integer.toString(status.getCode().value())));
    var description = status.getDescription();
    if (description != null) {
      fields.add(
          HeaderField.of(
              "grpc-message".getBytes(StandardCharsets.US_ASCII),
              StatusMessage.encode(description)));
    }
    GrpcMetadata.addTo(fields, metadata);
    return fields.toArray(HeaderField[]::new);
  }
}
