package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The fields of a call's status: {@code grpc-status} and those that go with it. */
public final class StatusFields {
  private static final HeaderField[] OK = {HeaderField.of("grpc-status", "0")};

  private StatusFields() {}

  /** The fields; the array is shared and must not be changed. */
  public static HeaderField[] of(Status status, Metadata metadata) {
    return of(status, metadata, GrpcMetadata::addTo);
  }

  /** The same for a forwarded call: all metadata are kept unchanged. */
  static HeaderField[] asIs(Status status, Metadata metadata) {
    return of(status, metadata, (fields, some) -> GrpcMetadata.addAsIs(fields, some, _ -> false));
  }

  private static HeaderField[] of(
      Status status, Metadata metadata, BiConsumer<List<HeaderField>, Metadata> adding) {
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
    adding.accept(fields, metadata);
    return fields.toArray(HeaderField[]::new);
  }
}
