package dev.oneport.transport.connect;

import dev.oneport.transport.calls.Encodings;
import dev.oneport.transport.grpc.MessageWriter;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.Metadata;
import io.grpc.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An answer in the Connect protocol's streaming format (connectrpc.com/docs/protocol): messages in
 * envelopes, which are framed like gRPC's messages, and the status and trailers as JSON in a last
 * one. The HTTP status is always 200.
 */
final class ConnectStreamAnswer implements WebAnswer {
  private static final int PREFIX = 5;
  private static final byte END = 2;

  private final ServerResponse response;
  private final WebType type;
  private final String acceptEncoding;
  private final List<HeaderField> fields = new ArrayList<>();
  private Compressor compressor = Codec.Identity.NONE;
  private boolean compressing = true;
  private @Nullable OutputStream out;

  /**
   * A new answer.
   *
   * @param acceptEncoding the request's {@code connect-accept-encoding}
   */
  ConnectStreamAnswer(ServerResponse response, WebType type, String acceptEncoding) {
    this.response = response;
    this.type = type;
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
      fields.add(HeaderField.of("connect-content-encoding", compressor.getMessageEncoding()));
    }
    ResponseMetadata.addTo(fields, metadata);
  }

  @Override
  public byte[] message(InputStream message) {
    return MessageWriter.frame(message, compressing ? compressor : Codec.Identity.NONE);
  }

  @Override
  public void send(byte[] message) throws IOException {
    var stream = out;
    if (stream == null) {
      ResponseFields.begin(response, type, fields);
      stream = response.outputStream();
      out = stream;
    }
    stream.write(message);
    stream.flush();
  }

  @Override
  public void finish(Status status, Metadata trailers) throws IOException {
    var ending = enveloped(ConnectError.of(status, trailers).ending(status, trailers));
    if (out != null) {
      send(ending);
    } else {
      ResponseFields.begin(response, type, fields);
      response.send(ending);
    }
  }

  private static byte[] enveloped(byte[] json) {
    var frame = new byte[PREFIX + json.length];
    frame[0] = END;
    frame[1] = (byte) (json.length >>> 24);
    frame[2] = (byte) (json.length >>> 16);
    frame[3] = (byte) (json.length >>> 8);
    frame[4] = (byte) json.length;
    System.arraycopy(json, 0, frame, PREFIX, json.length);
    return frame;
  }
}
