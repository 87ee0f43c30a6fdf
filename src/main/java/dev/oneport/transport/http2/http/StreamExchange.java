package dev.oneport.transport.http2.http;

import dev.oneport.transport.ClientWatch;
import dev.oneport.transport.HeaderLine;
import dev.oneport.transport.RefusedRequests;
import dev.oneport.transport.http2.HeadRefusal;
import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.StreamHandler;
import dev.oneport.transport.http2.StreamProtocol;
import dev.oneport.transport.http2.flow.Threads;
import dev.oneport.transport.http2.frames.ErrorCode;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.concurrency.limits.LimitAlgorithm.Outcome;
import io.helidon.http.BadRequestException;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.http.encoding.ContentDecoder;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http.DirectTransportRequest;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs one plain HTTP request on a separate thread, through the listener's routing, with Helidon's
 * filters, error handlers, media support and limits.
 */
public final class StreamExchange implements StreamHandler, ClientWatch.Served {
  private static final System.Logger LOGGER = System.getLogger(StreamExchange.class.getName());

  private final Http2Stream stream;
  private final RefusedRequests refused;
  private final ConnectionContext context;
  private final Limit limit;
  private @Nullable Thread thread;
  private boolean over;
  private boolean lost;
  private @Nullable Runnable onLost;
  private volatile @Nullable HttpResponse answer;

  /** The protocol for all requests that no other protocol accepts. */
  public static StreamProtocol protocol(RefusedRequests refused) {
    return stream -> Optional.of(new StreamExchange(stream, refused));
  }

  private StreamExchange(Http2Stream stream, RefusedRequests refused) {
    this.stream = stream;
    this.refused = refused;
    this.context = stream.context();
    this.limit = stream.requestLimit();
    stream.bePatient();
  }

  @Override
  public synchronized void begin() {
    if (!over) {
      thread =
          Threads.start(
              "http2-request", () -> ScopedValue.where(ClientWatch.SERVED, this).run(this::run));
    }
  }

  /** The body's reader waits on the stream. */
  @Override
  public void arrived() {}

  /** The body's reader has its own time limit. */
  @Override
  public void quiet() {}

  /** The body's writer waits on the stream. */
  @Override
  public void writable() {}

  @Override
  public synchronized void ended() {
    lost = true;
    var told = tellLost();
    if (thread == null) {
      over = true;
      stream.done();
    } else if (!told && !over && stream.limits().interruptOnCancel()) {
      thread.interrupt();
    }
  }

  @Override
  public synchronized void onGone(Runnable action) {
    onLost = action;
    tellLost();
  }

  @Override
  public synchronized boolean isGone() {
    return lost;
  }

  @Override
  public void interim(int status, List<HeaderLine> fields) {
    stream.sendInterim(ResponseHead.interim(status, fields));
  }

  @Override
  public List<HeaderLine> requestTrailers() {
    return stream.trailers().stream()
        .map(field -> new HeaderLine(field.name(), field.value()))
        .toList();
  }

  @Override
  public void responseTrailers(Supplier<List<HeaderLine>> trailers) {
    var response = answer;
    if (response != null) {
      response.trailers(trailers);
    }
  }

  @Override
  public OutputStream begin(ServerResponse response) throws IOException {
    var out = response.outputStream();
    out.flush();
    return out;
  }

  /** Runs the handler's action for a lost client; false if it has none. */
  private boolean tellLost() {
    if (!lost || onLost == null) {
      return false;
    }
    Threads.start("http2-lost", onLost);
    onLost = null;
    return true;
  }

  private void run() {
    try {
      answer();
    } finally {
      synchronized (this) {
        over = true;
      }
      if (stream.isOpen()) {
        stream.reset(ErrorCode.INTERNAL_ERROR);
      }
      stream.done();
    }
  }

  private void answer() {
    try {
      var refusal = stream.request().refusal();
      if (refusal != null) {
        throw reported(refusal.exception(stream.request()));
      }
      route(limit);
    } catch (CloseConnectionException e) {
      context.log(LOGGER, Level.TRACE, "request ended", e);
    } catch (BadRequestException e) {
      refuse(refusal(EventType.BAD_REQUEST, e.status(), e));
    } catch (RequestException e) {
      refuse(e);
    } catch (RuntimeException e) {
      refuse(refusal(EventType.INTERNAL_ERROR, Status.INTERNAL_SERVER_ERROR_500, e));
    }
  }

  private static RequestException refusal(EventType type, Status status, RuntimeException cause) {
    return RequestException.builder()
        .type(type)
        .status(status)
        .message(cause.getMessage())
        .safeMessage(false)
        .cause(cause)
        .build();
  }

  private void route(Limit requests) {
    var headers = RequestHeaders.of(stream.request(), context);
    var prologue = prologue();
    checkLength(prologue, headers);
    var decoder = decoder(prologue, headers);
    var outcome = requests.tryAcquireOutcome(true);
    var routing = context.router().routing(HttpRouting.class, HttpRouting.empty());
    var request = new HttpRequest(stream, prologue, headers, decoder, routing.security(), outcome);
    var response = new HttpResponse(stream, request);
    answer = response;
    if (outcome instanceof Outcome.Accepted accepted) {
      try {
        routing.route(context, request, response);
      } finally {
        settle(accepted, response.status());
      }
    } else {
      response.status(Status.SERVICE_UNAVAILABLE_503).send("Too Many Concurrent Requests");
    }
  }

  /** Reports the response to the limit, as Helidon's own HTTP/2 does. */
  private static void settle(Outcome.Accepted accepted, Status status) {
    var permit = accepted.token();
    if (status.code() == Status.NOT_FOUND_404.code()) {
      permit.ignore();
      return;
    }
    switch (status.family()) {
      case INFORMATIONAL, SUCCESSFUL, REDIRECTION -> permit.success();
      default -> permit.dropped();
    }
  }

  private HttpPrologue prologue() {
    var head = stream.request();
    try {
      return HttpPrologue.create(
          "HTTP/2.0", "HTTP", "2.0", Method.create(head.method()), head.path(), true);
    } catch (IllegalArgumentException _) {
      throw HeadRefusal.TARGET_MALFORMED.exception(head);
    }
  }

  private void checkLength(HttpPrologue prologue, WritableHeaders<?> headers) {
    long max = context.listenerContext().config().maxPayloadSize();
    if (max >= 0 && stream.request().contentLength() > max) {
      throw reported(
          RequestException.builder()
              .type(EventType.BAD_REQUEST)
              .status(Status.REQUEST_ENTITY_TOO_LARGE_413)
              .request(DirectTransportRequest.create(prologue, headers))
              .message("the body is too large")
              .build());
    }
  }

  /** Reports a request that is refused before routing. */
  private RequestException reported(RequestException refusal) {
    HttpPrologue prologue;
    try {
      prologue = prologue();
    } catch (RequestException _) {
      refused.unreadable(context.remotePeer().address());
      return refusal;
    }
    var headers = RequestHeaders.of(stream.request(), context);
    refused.refused(prologue, headers, context.remotePeer().address(), refusal);
    return refusal;
  }

  private ContentDecoder decoder(HttpPrologue prologue, WritableHeaders<?> headers) {
    var encodings = context.listenerContext().contentEncodingContext();
    var encoding = stream.request().first("content-encoding");
    if (!encodings.contentDecodingEnabled() || encoding.isEmpty()) {
      return ContentDecoder.NO_OP;
    }
    if (encodings.contentDecodingSupported(encoding.get())) {
      return encodings.decoder(encoding.get());
    }
    throw RequestException.builder()
        .type(EventType.OTHER)
        .status(Status.UNSUPPORTED_MEDIA_TYPE_415)
        .request(DirectTransportRequest.create(prologue, headers))
        .message("Unsupported content encoding")
        .build();
  }

  /** Answers through the listener's direct handlers, without routing. */
  private void refuse(RequestException e) {
    context.log(LOGGER, Level.DEBUG, "request refused: %s", e.status());
    var response =
        context
            .listenerContext()
            .directHandlers()
            .handler(e.eventType())
            .handle(e.request(), e.eventType(), e.status(), e.responseHeaders(), message(e));
    if (response.status().code() == Status.INTERNAL_SERVER_ERROR_500.code()) {
      context.log(LOGGER, Level.WARNING, "internal server error", e);
    }
    var entity = response.entity().orElse(new byte[0]);
    var head = ResponseHead.of(response.status(), response.headers());
    if (entity.length == 0 || stream.request().method().equals("HEAD")) {
      stream.sendHead(head, true);
    } else if (stream.sendHead(head, false)) {
      stream.send(entity, 0, entity.length, true);
    }
  }

  private @Nullable String message(RequestException e) {
    if (!context.listenerContext().config().errorHandling().includeEntity()) {
      return null;
    }
    return e.safeMessage() ? e.getMessage() : "Bad request, see server log for more information";
  }
}
