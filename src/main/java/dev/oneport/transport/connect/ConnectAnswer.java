package dev.oneport.transport.connect;

import dev.oneport.transport.grpc.GrpcMetadata;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Metadata;
import io.grpc.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An answer in the Connect protocol's unary format (connectrpc.com/docs/protocol): the bare
 * message, or an HTTP status with an error in JSON. Trailers are headers whose names begin with
 * {@code trailer-}.
 */
final class ConnectAnswer implements WebAnswer {
  private static final String TRAILER = "trailer-";

  private final ServerResponse response;
  private final WebType type;
  private final ErrorHeaders errors;
  private final List<HeaderField> fields = new ArrayList<>();
  private byte[] held = {};

  ConnectAnswer(ServerResponse response, WebType type, ErrorHeaders errors) {
    this.response = response;
    this.type = type;
    this.errors = errors;
  }

  @Override
  public void head(Metadata metadata) {
    ResponseMetadata.addTo(fields, metadata);
  }

  @Override
  public byte[] message(InputStream message) {
    try (message) {
      return message.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void send(byte[] message) {
    held = message;
  }

  @Override
  public void finish(Status status, Metadata trailers) {
    var error = ConnectError.of(status, trailers);
    addTrailers(trailers);
    if (status.isOk()) {
      ResponseFields.begin(response, type, fields);
      response.send(held);
      return;
    }
    response.status(error.http());
    ResponseFields.begin(response, WebType.JSON, fields);
    errors.of(status, trailers).forEach(header -> response.headers().set(header));
    response.send(error.json());
  }

  private void addTrailers(Metadata trailers) {
    var last = new ArrayList<HeaderField>();
    GrpcMetadata.addTo(last, trailers);
    for (var field : last) {
      if (!field.name().equals(ConnectError.DETAILS)) {
        fields.add(HeaderField.of(TRAILER + field.name(), field.value()));
      }
    }
  }
}
