package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What goes to the client in answer to one call. A call with a single answer is sent in one piece:
 * head, message and status.
 */
final class GrpcResponse {
  private static final byte[] NOTHING = {};
  private static final HeaderField HTTP_OK = HeaderField.of(":status", "200");
  private static final HeaderField CONTENT_TYPE =
      HeaderField.of("content-type", "application/grpc");
  private static final HeaderField ACCEPT_ENCODING = HeaderField.of("grpc-accept-encoding", "gzip");
  private static final HeaderField[] PLAIN_HEAD = {HTTP_OK, CONTENT_TYPE, ACCEPT_ENCODING};

  private final Http2Stream stream;
  private final boolean single;
  private HeaderField[] head = PLAIN_HEAD;
  private byte[] held = NOTHING;
  private Compressor compressor = Codec.Identity.NONE;
  private boolean compressing = true;

  GrpcResponse(Http2Stream stream, boolean single) {
    this.stream = stream;
    this.single = single;
  }

  void compressor(Compressor chosen) {
    compressor = chosen;
  }

  void compressing(boolean enabled) {
    compressing = enabled;
  }

  void head(Metadata metadata) {
    if (!Encodings.accepts(stream.request().first("grpc-accept-encoding").orElse(""), compressor)) {
      compressor = Codec.Identity.NONE;
    }
    var fields = new ArrayList<>(Arrays.asList(PLAIN_HEAD));
    if (!(compressor instanceof Codec.Identity)) {
      fields.add(HeaderField.of("grpc-encoding", compressor.getMessageEncoding()));
    }
    GrpcMetadata.addTo(fields, metadata);
    head = fields.toArray(HeaderField[]::new);
    if (!single) {
      stream.sendHead(head, false);
    }
  }

  /** Waits while the client gives no room; false if the client will not see it. */
  boolean message(InputStream message) {
    var frame = MessageWriter.frame(message, compressing ? compressor : Codec.Identity.NONE);
    if (single) {
      held = frame;
      return true;
    }
    return stream.send(frame, 0, frame.length, false);
  }

  /** Ends the response; false if the client will not see it. */
  boolean finish(Status status, Metadata trailers) {
    var message = status.isOk() ? held : NOTHING;
    return stream.finish(head, message, 0, message.length, StatusFields.of(status, trailers));
  }

  /** Ends the response from any thread, without waiting, whatever is being sent. */
  static boolean cut(Http2Stream stream, Status status, Metadata trailers) {
    return stream.finish(PLAIN_HEAD, NOTHING, 0, 0, StatusFields.of(status, trailers));
  }

  /** Ends a call that is not one, with that status of HTTP. */
  static boolean refuse(Http2Stream stream, String httpStatus, Status status, Metadata trailers) {
    var head =
        new ArrayList<>(
            List.of(HeaderField.of(":status", httpStatus), CONTENT_TYPE, ACCEPT_ENCODING));
    if (httpStatus.equals("405")) {
      head.add(HeaderField.of("allow", "POST"));
    }
    return stream.finish(
        head.toArray(HeaderField[]::new), NOTHING, 0, 0, StatusFields.of(status, trailers));
  }
}
