package dev.oneport.transport.http1;

import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.ServedExchange;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response on an HTTP/1.1 connection, as far as they are more than Helidon
 * knows. Helidon 4.5.0 sends a head only together with content: here it gets one byte, which is
 * taken out again, and always believes that it writes chunks.
 */
final class Http1Exchange implements ServedExchange {
  private final RequestSource source;
  private final GuardedWriter writer;
  private boolean early;
  private OptionalLong length = OptionalLong.empty();
  private @Nullable Supplier<List<HeaderLine>> trailers;

  Http1Exchange(RequestSource source, GuardedWriter writer) {
    this.source = source;
    this.writer = writer;
  }

  @Override
  public void interim(int status, List<HeaderLine> fields) {
    if (source.http10()) {
      return;
    }
    var head = new StringBuilder("HTTP/1.1 " + status + " \r\n");
    for (var line : fields) {
      head.append(line.name()).append(": ").append(line.value()).append("\r\n");
    }
    writer.write(
        BufferData.create(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Override
  public List<HeaderLine> requestTrailers() {
    return source.trailers();
  }

  @Override
  public void responseTrailers(Supplier<List<HeaderLine>> fields) {
    trailers = fields;
  }

  @Override
  public OutputStream begin(ServerResponse response) throws IOException {
    length = response.headers().contentLength();
    response.headers().remove(HeaderNames.CONTENT_LENGTH);
    early = true;
    var out = response.outputStream();
    out.write(0);
    out.flush();
    return out;
  }

  /** Whether the end of the connection is what ends the response's content. */
  boolean endsWithConnection(boolean chunked) {
    return chunked && source.http10() && length.isEmpty();
  }

  /** Corrects the headers that Helidon is about to write. */
  void correct(ServerResponseHeaders headers) {
    if (early && length.isPresent()) {
      headers.remove(HeaderNames.TRANSFER_ENCODING);
      headers.set(HeaderValues.create(HeaderNames.CONTENT_LENGTH, length.getAsLong()));
    }
    if (trailers != null && headers.contains(HeaderNames.TRAILER)) {
      var names = headers.get(HeaderNames.TRAILER).allValues().stream().filter(this::ours).toList();
      headers.remove(HeaderNames.TRAILER);
      if (!names.isEmpty()) {
        headers.set(HeaderValues.create(HeaderNames.TRAILER, names));
      }
    }
  }

  /** Helidon announces one that it would add (4.5.0, {@code ServerResponseBase}). */
  private boolean ours(String announced) {
    return !announced.equalsIgnoreCase("stream-result");
  }

  /** What becomes of the bytes that Helidon writes of a response; null if they stay as they are. */
  @Nullable UnaryOperator<BufferData> filter(boolean chunked) {
    if (source.headOnly()) {
      return new HeadOnly()::cut;
    }
    if (chunked && (source.http10() || length.isPresent())) {
      return new BareBody(early ? 1 : 0)::of;
    }
    if (!early) {
      return null;
    }
    var known = trailers;
    return new ChunkedEnd(known == null ? List::of : known)::of;
  }
}
