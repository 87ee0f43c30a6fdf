package dev.oneport.transport.http2.http;

import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.StatusRules;
import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.hpack.HeaderField;
import io.helidon.common.GenericType;
import io.helidon.common.media.type.MediaType;
import io.helidon.http.DateTime;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.ServerResponseTrailers;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerResponseBase;
import io.helidon.webserver.http.spi.Sink;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The response on an HTTP/2 stream, for Helidon's handlers. */
public final class HttpResponse extends ServerResponseBase<HttpResponse> {
  private final Http2Stream stream;
  private final HttpRequest request;
  private final ServerResponseHeaders headers = ServerResponseHeaders.create();
  private @Nullable ServerResponseTrailers trailers;
  private boolean sent;
  private long bytesWritten;
  private @Nullable ResponseStream output;
  private @Nullable UnaryOperator<OutputStream> filter;
  private @Nullable String streamResult;
  private @Nullable Supplier<List<HeaderLine>> given;

  public HttpResponse(Http2Stream stream, HttpRequest request) {
    super(stream.context(), request);
    this.stream = stream;
    this.request = request;
  }

  @Override
  public HttpResponse header(Header header) {
    checkNotBegun();
    headers.set(header);
    return this;
  }

  @Override
  public void send(byte[] entity) {
    send(entity, 0, entity.length);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // the same array is returned if nothing was encoded
  public void send(byte[] entity, int position, int length) {
    if (filter != null) {
      try (var out = outputStream()) {
        out.write(entity, position, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return;
    }
    checkNotBegun();
    var encoded = entityBytes(entity, position, length);
    boolean same = encoded == entity;
    beforeSend();
    sendWhole(encoded, same ? position : 0, same ? length : encoded.length);
    sent = true;
    afterSend();
  }

  private void sendWhole(byte[] entity, int position, int length) {
    var head = head(length);
    int bodyLength = mayHaveBody() ? length : 0;
    bytesWritten = bodyLength;
    if (hasTrailers()) {
      check(stream.sendHead(head, false));
      check(stream.finish(head, entity, position, bodyLength, trailerFields()));
    } else if (bodyLength == 0) {
      check(stream.sendHead(head, true));
    } else {
      check(stream.finish(head, entity, position, bodyLength, HeaderField.NONE));
    }
  }

  /** The fields of the head; the length is -1 if unknown. */
  public HeaderField[] head(long length) {
    if (length >= 0 && mayHaveLength()) {
      headers.setIfAbsent(
          HeaderValues.create(HeaderNames.CONTENT_LENGTH, true, false, String.valueOf(length)));
    }
    headers.setIfAbsent(
        HeaderValues.create(HeaderNames.DATE, true, false, DateTime.rfc1123String()));
    return ResponseHead.of(status(), headers);
  }

  /** Whether the body is sent to the client (RFC 9110 sections 6.4.1 and 9.3.2). */
  public boolean mayHaveBody() {
    return mayHaveLength() && !stream.request().method().equals("HEAD");
  }

  private boolean mayHaveLength() {
    return StatusRules.mayHaveLength(status().code());
  }

  public boolean hasTrailers() {
    return given != null || headers.contains(HeaderNames.TRAILER);
  }

  /** Sends these after the content, and no others. */
  void trailers(Supplier<List<HeaderLine>> fields) {
    given = fields;
  }

  public HeaderField[] trailerFields() {
    if (given != null) {
      return ResponseHead.fields(given.get());
    }
    var announced = headers.get(HeaderNames.TRAILER).allValues();
    var all = trailers();
    if (announced.contains(STREAM_RESULT_NAME.defaultCase())) {
      all.set(
          streamResult == null
              ? STREAM_RESULT_OK
              : HeaderValues.create(STREAM_RESULT_NAME, streamResult));
    }
    var last = beforeTrailers();
    if (last != null) {
      last.accept(all);
    }
    return ResponseHead.trailers(all);
  }

  private static void check(boolean written) {
    if (!written) {
      throw gone();
    }
  }

  public static ServerConnectionException gone() {
    return new ServerConnectionException(
        "The client has gone", new IOException("the stream is over"));
  }

  private void checkNotBegun() {
    if (sent) {
      throw new IllegalStateException("The response is already sent");
    }
    if (output != null) {
      throw new IllegalStateException("The response is already being streamed");
    }
  }

  @Override
  public boolean isSent() {
    return sent;
  }

  @Override
  public OutputStream outputStream() {
    checkNotBegun();
    if (given == null && request.headers().containsToken(HeaderValues.TE_TRAILERS)) {
      headers.add(STREAM_TRAILERS);
    }
    beforeSend();
    var target = new ResponseStream(stream, this);
    output = target;
    var encoded = contentEncode(target);
    return filter == null ? encoded : filter.apply(encoded);
  }

  @Override
  public long bytesWritten() {
    return output == null ? bytesWritten : output.bytesWritten();
  }

  @Override
  public ServerResponseHeaders headers() {
    return headers;
  }

  @Override
  public ServerResponseTrailers trailers() {
    if (!hasTrailers()) {
      throw new IllegalStateException("Trailers must be announced by the header 'Trailer'");
    }
    if (trailers == null) {
      trailers = ServerResponseTrailers.create();
    }
    return trailers;
  }

  @Override
  public void streamResult(String result) {
    streamResult = result;
  }

  @Override
  public boolean hasEntity() {
    return sent || output != null;
  }

  @Override
  public boolean reset() {
    boolean possible = resetStream();
    if (possible) {
      headers.clear();
    }
    return possible;
  }

  @Override
  public boolean resetStream() {
    if (sent || (output != null && output.hasBegun())) {
      return false;
    }
    output = null;
    return true;
  }

  @Override
  public void commit() {
    if (output != null && !sent) {
      output.commit();
      sent = true;
      afterSend();
    }
  }

  @Override
  public void streamFilter(UnaryOperator<OutputStream> added) {
    checkNotBegun();
    var before = filter;
    filter = before == null ? added : stream -> added.apply(before.apply(stream));
  }

  @Override
  public <X extends Sink<?>> X sink(GenericType<X> type) {
    return createSink(
        type,
        request,
        stream.context(),
        this::commit,
        this::flushHead,
        HttpResponse::unsupported,
        () -> {});
  }

  private void flushHead() {
    if (output != null) {
      output.flush();
    }
  }

  private static void unsupported(Object data, MediaType type) {
    throw new UnsupportedOperationException("sinks of the kind before Helidon 4.3");
  }
}
