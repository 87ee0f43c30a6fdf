package dev.oneport.transport.connect;

import dev.oneport.transport.calls.Encodings;
import dev.oneport.transport.grpc.MessageWriter;
import dev.oneport.transport.grpc.StatusFields;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.Metadata;
import io.grpc.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer in gRPC-Web (gRPC's PROTOCOL-WEB.md): messages in gRPC's framing, and the status in a
 * last frame, or only in the headers if there is just an error status. An answer with at most one
 * message is sent in one piece.
 */
final class GrpcWebAnswer implements WebAnswer {
  private static final int PREFIX = 5;
  private static final byte TRAILERS = (byte) 0x80;

  private final ServerResponse response;
  private final boolean text;
  private final boolean single;
  private final String acceptEncoding;
  private final List<HeaderField> fields = new ArrayList<>();
  private Compressor compressor = Codec.Identity.NONE;
  private boolean compressing = true;
  private byte[] held = {};
  private @Nullable OutputStream out;

  /**
   * A new answer.
   *
   * @param single whether there is at most one message
   * @param acceptEncoding the request's {@code grpc-accept-encoding}
   */
  GrpcWebAnswer(ServerResponse response, boolean text, boolean single, String acceptEncoding) {
    this.response = response;
    this.text = text;
    this.single = single;
    this.acceptEncoding = acceptEncoding;
  }

  @Override
  public void compressor(Compressor chosen) {
    if (Encodings.accepts(acceptEncoding, chosen)) {
      compressor = chosen;
    }
  }

  @Override
  public void compressing(boolean enabled) {
    compressing = enabled;
  }

  @Override
  public void head(Metadata metadata) {
    if (!(compressor instanceof Codec.Identity)) {
      fields.add(HeaderField.of("grpc-encoding", compressor.getMessageEncoding()));
    }
    ResponseMetadata.addTo(fields, metadata);
  }

  @Override
  public byte[] message(InputStream message) {
    return MessageWriter.frame(message, compressing ? compressor : Codec.Identity.NONE);
  }

  @Override
  public void send(byte[] message) throws IOException {
    if (single) {
      held = message;
    } else {
      write(message);
    }
  }

  @Override
  public void finish(Status status, Metadata trailers) throws IOException {
    var ending = StatusFields.of(status, trailers);
    if (out != null) {
      write(frame(ending));
    } else if (status.isOk()) {
      begin();
      var body = new ByteArrayOutputStream(held.length + PREFIX + 32);
      body.writeBytes(encoded(held));
      body.writeBytes(encoded(frame(ending)));
      response.send(body.toByteArray());
    } else {
      ResponseMetadata.addTo(fields, List.of(ending));
      begin();
      response.send();
    }
  }

  private void begin() {
    ResponseFields.begin(response, text ? WebType.GRPC_WEB_TEXT : WebType.GRPC_WEB, fields);
  }

  private void write(byte[] frame) throws IOException {
    var stream = out;
    if (stream == null) {
      begin();
      stream = response.outputStream();
      out = stream;
    }
    stream.write(encoded(frame));
    stream.flush();
  }

  private byte[] encoded(byte[] frame) {
    return text ? Base64.getEncoder().encode(frame) : frame;
  }

  private static byte[] frame(HeaderField[] trailers) {
    var frame = new ByteArrayOutputStream();
    frame.writeBytes(new byte[PREFIX]);
    for (var field : trailers) {
      frame.writeBytes(field.nameBytes());
      frame.write(':');
      frame.write(' ');
      frame.writeBytes(field.valueBytes());
      frame.write('\r');
      frame.write('\n');
    }
    var bytes = frame.toByteArray();
    int length = bytes.length - PREFIX;
    bytes[0] = TRAILERS;
    bytes[1] = (byte) (length >>> 24);
    bytes[2] = (byte) (length >>> 16);
    bytes[3] = (byte) (length >>> 8);
    bytes[4] = (byte) length;
    return bytes;
  }
}
