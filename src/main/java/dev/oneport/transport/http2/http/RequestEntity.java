package dev.oneport.transport.http2.http;

import dev.oneport.transport.http2.Http2Stream;
import io.helidon.common.GenericType;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.http.media.MediaContext;
import io.helidon.http.media.ReadableEntity;
import io.helidon.http.media.ReadableEntityBase;
import io.helidon.webserver.http.DecodedLimiter;
import java.io.InputStream;
import java.util.function.UnaryOperator;

/**
 * A request's body with its decoding, filters and size limit. Unlike on HTTP/1.1, it need not be
 * read to its end: consuming it discards the rest.
 */
public final class RequestEntity extends ReadableEntityBase {
  private final StreamBody body;
  private final ContentDecoder decoder;
  private final UnaryOperator<InputStream> filter;
  private final ServerRequestHeaders headers;
  private final Http2Stream stream;

  public RequestEntity(
      StreamBody body,
      ContentDecoder decoder,
      UnaryOperator<InputStream> filter,
      ServerRequestHeaders headers,
      Http2Stream stream) {
    this(body, decoder, filter, headers, stream, () -> {});
  }

  private RequestEntity(
      StreamBody body,
      ContentDecoder decoder,
      UnaryOperator<InputStream> filter,
      ServerRequestHeaders headers,
      Http2Stream stream,
      Runnable processed) {
    super(_ -> body.next(), processed, stream.limits().maxBufferedEntity());
    this.body = body;
    this.decoder = decoder;
    this.filter = filter;
    this.headers = headers;
    this.stream = stream;
  }

  @Override
  public ReadableEntity copy(Runnable processed) {
    Runnable both =
        () -> {
          processed.run();
          entityProcessedRunnable().run();
        };
    return new RequestEntity(body, decoder, filter, headers, stream, both);
  }

  @Override
  public void consume() {
    if (!consumed()) {
      entityProcessedRunnable().run();
    }
  }

  @Override
  public InputStream inputStream() {
    long max = stream.context().listenerContext().config().maxPayloadSize();
    return filter.apply(DecodedLimiter.limit(decoder.apply(super.inputStream()), max));
  }

  @Override
  protected <T> T entityAs(GenericType<T> type) {
    return media().reader(type, headers).read(type, inputStream(), headers);
  }

  private MediaContext media() {
    return stream.context().listenerContext().mediaContext();
  }
}
