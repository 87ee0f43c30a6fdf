package dev.oneport.transport.grpc;

import dev.oneport.transport.calls.Call;
import dev.oneport.transport.calls.CallControl;
import dev.oneport.transport.calls.CallMethod;
import dev.oneport.transport.calls.Encodings;
import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.calls.Wire;
import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.StreamHandler;
import dev.oneport.transport.http2.frames.ErrorCode;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.grpc.Attributes;
import io.grpc.Codec;
import io.grpc.Compressor;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Carries a call on an HTTP/2 stream. A call with a single answer is sent in one piece: head,
 * message and status.
 */
final class GrpcWire implements Wire, StreamHandler {
  private static final byte[] NOTHING = {};
  private static final HeaderField HTTP_OK = HeaderField.of(":status", "200");
  private static final HeaderField CONTENT_TYPE =
      HeaderField.of("content-type", "application/grpc");
  private static final HeaderField ACCEPT_ENCODING = HeaderField.of("grpc-accept-encoding", "gzip");
  private static final HeaderField[] RAW_HEAD = {HTTP_OK, CONTENT_TYPE};
  private static final HeaderField[] PLAIN_HEAD = {HTTP_OK, CONTENT_TYPE, ACCEPT_ENCODING};

  private final Http2Stream stream;
  private final MessageReader reader;
  private final MethodType kind;
  private final boolean raw;
  private final Call<?, ?> call;
  private HeaderField[] head;
  private byte[] held = NOTHING;
  private Compressor compressor = Codec.Identity.NONE;
  private boolean compressing = true;
  private boolean gathering;
  private boolean headSent;

  GrpcWire(
      Http2Stream stream,
      MessageReader reader,
      CallMethod<?, ?> method,
      Context.CancellableContext context,
      FailureStatus failures) {
    this.stream = stream;
    this.reader = reader;
    this.kind = method.descriptor().getType();
    this.raw = method.isRaw();
    this.head = raw ? RAW_HEAD : PLAIN_HEAD;
    this.call = new Call<>(this, method, context, failures);
  }

  Call<?, ?> call() {
    return call;
  }

  // Methods for the stream.

  @Override
  public void begin() {
    call.loop().signal();
  }

  @Override
  public void arrived() {
    call.loop().signal();
  }

  @Override
  public void quiet() {
    if (kind.clientSendsOneMessage()) {
      call.fail(GrpcFailure.REQUEST_MISSING);
    }
  }

  @Override
  public void writable() {
    call.loop().writable();
  }

  @Override
  public void ended() {
    call.lost();
  }

  // The request.

  @Override
  public boolean waits() {
    return false;
  }

  @Override
  public Metadata headers() {
    return GrpcMetadata.of(stream.request().fields());
  }

  @Override
  public Optional<Metadata> texts() {
    var request = stream.request();
    return request.isTooLarge()
        ? Optional.empty()
        : Optional.of(GrpcMetadata.texts(request.fields()));
  }

  @Override
  public Optional<InputStream> next() {
    return reader.next().map(message -> message);
  }

  @Override
  public boolean atEnd() {
    return reader.isAtEnd();
  }

  @Override
  public boolean requestArrived() {
    return stream.bodyEnded();
  }

  @Override
  public boolean requestRead() {
    return reader.isAtEnd();
  }

  // The response.

  @Override
  public void gather() {
    gathering = raw;
  }

  @Override
  public void compressor(Compressor chosen) {
    compressor = chosen;
  }

  @Override
  public void compressing(boolean enabled) {
    compressing = enabled;
  }

  @Override
  public void head(Metadata metadata) {
    if (raw) {
      var fields = new ArrayList<>(Arrays.asList(RAW_HEAD));
      GrpcMetadata.addAsIs(fields, metadata, _ -> false);
      head = fields.toArray(HeaderField[]::new);
      if (!gathering) {
        sendHead();
      }
      return;
    }
    if (!Encodings.accepts(stream.request().first("grpc-accept-encoding").orElse(""), compressor)) {
      compressor = Codec.Identity.NONE;
    }
    var fields = new ArrayList<>(Arrays.asList(PLAIN_HEAD));
    if (!(compressor instanceof Codec.Identity)) {
      fields.add(HeaderField.of("grpc-encoding", compressor.getMessageEncoding()));
    }
    GrpcMetadata.addTo(fields, metadata);
    head = fields.toArray(HeaderField[]::new);
    if (!kind.serverSendsOneMessage()) {
      sendHead();
    }
  }

  private void sendHead() {
    headSent = true;
    stream.sendHead(head, false);
  }

  @Override
  public boolean message(InputStream message) {
    var frame = MessageWriter.frame(message, compressing ? compressor : Codec.Identity.NONE);
    if (kind.serverSendsOneMessage() || (gathering && held.length == 0)) {
      held = frame;
      return true;
    }
    if (gathering) {
      sendGathered();
    }
    return stream.send(frame, 0, frame.length, false);
  }

  private void sendGathered() {
    gathering = false;
    sendHead();
    stream.send(held, 0, held.length, false);
    held = NOTHING;
  }

  @Override
  public boolean isWritable() {
    return stream.isWritable();
  }

  @Override
  public void finish(Status status, Metadata trailers) {
    // A forwarded answer may have a message and a status that is not OK.
    var message = raw || status.isOk() ? held : NOTHING;
    if (message.length == 0 && !headSent && head.length > (raw ? RAW_HEAD : PLAIN_HEAD).length) {
      // In one block with the status, its metadata would be trailers to the client.
      sendHead();
    }
    var fields = raw ? StatusFields.asIs(status, trailers) : StatusFields.of(status, trailers);
    call.finished(stream.finish(head, message, 0, message.length, fields));
  }

  @Override
  public void cut(Status status, Metadata trailers) {
    stream.finish(PLAIN_HEAD, NOTHING, 0, 0, StatusFields.of(status, trailers));
    call.cancel(status);
  }

  @Override
  public boolean abort() {
    return stream.reset(ErrorCode.CANCEL);
  }

  @Override
  public boolean mayInterrupt() {
    return stream.limits().interruptOnCancel();
  }

  @Override
  public void done() {
    reader.close();
    stream.done();
  }

  /** Ends a request that is not a call with an HTTP status. */
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

  // The connection.

  @Override
  public Attributes.Builder attributes() {
    var connection = stream.context();
    var attributes = Attributes.newBuilder();
    if (raw) {
      attributes.set(CallControl.AS_IS, true);
    }
    return attributes
        .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, connection.remotePeer().address())
        .set(CallControl.PEER, connection.remotePeer())
        .set(Grpc.TRANSPORT_ATTR_LOCAL_ADDR, connection.localPeer().address())
        .set(CallControl.PROTOCOL, connection.isSecure() ? "h2" : "h2c");
  }

  @Override
  public String authority() {
    return stream.request().authority();
  }

  @Override
  public boolean isSecure() {
    return stream.context().isSecure();
  }
}
