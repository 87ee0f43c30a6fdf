package dev.oneport.transport.connect;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.oneport.json.Json;
import dev.oneport.transport.grpc.GrpcMetadata;
import dev.oneport.transport.grpc.StatusCodes;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Metadata;
import io.grpc.Status;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.spi.JsonProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A status in the Connect protocol: its names for the codes, an HTTP status for each, and the
 * details of {@code google.rpc.Status} one by one.
 *
 * @param code in lower case with underscores
 */
record ConnectError(String code, @Nullable String message, List<Any> details, int status) {
  /** The metadata key of the details in gRPC. */
  static final String DETAILS = "grpc-status-details-bin";

  private static final Metadata.Key<byte[]> DETAILS_KEY =
      Metadata.Key.of(DETAILS, Metadata.BINARY_BYTE_MARSHALLER);

  /** {@code Json} would search the class path for its provider on every call. */
  private static final JsonProvider JSON = Json.PROVIDER;

  static ConnectError of(Status status, Metadata trailers) {
    return new ConnectError(
        code(status.getCode()),
        status.getDescription(),
        details(trailers.get(DETAILS_KEY)),
        StatusCodes.http(status.getCode()));
  }

  io.helidon.http.Status http() {
    return io.helidon.http.Status.create(status);
  }

  byte[] json() {
    return bytes(object());
  }

  /** The message that ends a stream: the error, unless the status is OK, and the trailers. */
  byte[] ending(Status status, Metadata trailers) {
    var ending = JSON.createObjectBuilder();
    if (!status.isOk()) {
      ending.add("error", object());
    }
    var fields = new ArrayList<HeaderField>();
    GrpcMetadata.addTo(fields, trailers);
    var values = new LinkedHashMap<String, JsonArrayBuilder>();
    for (var field : fields) {
      if (!field.name().equals(DETAILS)) {
        values.computeIfAbsent(field.name(), _ -> JSON.createArrayBuilder()).add(field.value());
      }
    }
    if (!values.isEmpty()) {
      var metadata = JSON.createObjectBuilder();
      values.forEach(metadata::add);
      ending.add("metadata", metadata);
    }
    return bytes(ending);
  }

  private static byte[] bytes(JsonObjectBuilder object) {
    return object.build().toString().getBytes(StandardCharsets.UTF_8);
  }

  private JsonObjectBuilder object() {
    var error = JSON.createObjectBuilder().add("code", code);
    if (message != null) {
      error.add("message", message);
    }
    if (!details.isEmpty()) {
      var list = JSON.createArrayBuilder();
      for (var detail : details) {
        var type = detail.getTypeUrl();
        list.add(
            JSON.createObjectBuilder()
                .add("type", type.substring(type.lastIndexOf('/') + 1))
                .add(
                    "value",
                    Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(detail.getValue().toByteArray())));
      }
      error.add("details", list);
    }
    return error;
  }

  private static List<Any> details(byte @Nullable [] status) {
    try {
      return status == null ? List.of() : com.google.rpc.Status.parseFrom(status).getDetailsList();
    } catch (InvalidProtocolBufferException e) {
      return List.of();
    }
  }

  private static String code(Status.Code code) {
    // Connect spells it with one l, gRPC with two.
    return code == Status.Code.CANCELLED ? "canceled" : code.name().toLowerCase(Locale.ROOT);
  }
}
