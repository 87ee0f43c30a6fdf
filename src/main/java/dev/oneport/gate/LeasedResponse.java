package dev.oneport.gate;

import dev.oneport.api.Reason;
import io.helidon.common.GenericType;
import io.helidon.common.socket.SocketWriterException;
import io.helidon.common.uri.UriQuery;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.ServerResponseTrailers;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http.spi.Sink;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A response that takes a {@link Lease} when its handler begins to stream: server-sent events or a
 * download may last longer than the token they began with. When the lease ends, the handler is
 * interrupted, whatever it still writes fails, and the client sees the response cut off and not
 * ended.
 */
final class LeasedResponse implements ServerResponse, AutoCloseable {
  /**
   * Statuses whose responses have no content (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5): what a
   * handler sends with them is dropped. Helidon 4.5.0 makes it a 500 on HTTP/1.1.
   */
  static final Set<Integer> EMPTY =
      Set.of(
          Status.NO_CONTENT_204.code(),
          Status.RESET_CONTENT_205.code(),
          Status.NOT_MODIFIED_304.code());

  private final ServerResponse response;
  private final Admission admission;
  private final boolean head;
  private final Thread handler = Thread.currentThread();

  private @Nullable StreamedBody body;
  private @Nullable LeasedOutput output;
  private long sent = -1;
  private boolean finishing;
  private boolean told;
  private boolean refused;
  private boolean lost;

  // These belong to this object's monitor.
  private @Nullable Reason ended;
  private boolean over;

  /**
   * A response to a call that was allowed.
   *
   * @param head whether it answers a HEAD, and so has the head of a response to GET alone
   */
  LeasedResponse(ServerResponse response, Admission admission, boolean head) {
    this.response = response;
    this.admission = admission;
    this.head = head;
    admission.onCut(this::end);
  }

  /** Why the response was cut off, or could not begin, if that is so. */
  Optional<Reason> reason() {
    return refused ? Optional.of(Reason.LIMIT_EXCEEDED) : ended();
  }

  private synchronized Optional<Reason> ended() {
    return Optional.ofNullable(ended);
  }

  /** Bytes of the body, as far as that can be known. */
  long length() {
    if (head || hasNoContent()) {
      return 0;
    }
    if (body != null && body.hasBegun()) {
      return body.count();
    }
    if (!response.isSent()) {
      return output == null ? 0 : output.count();
    }
    if (sent >= 0) {
      return sent;
    }
    if (output != null) {
      return output.count();
    }
    try {
      var length = response.headers().contentLength();
      return length.isPresent() ? length.getAsLong() : response.bytesWritten();
    } catch (IllegalArgumentException | IllegalStateException e) {
      // The handler has set a length that is none.
      return response.bytesWritten();
    }
  }

  /** Whether the client left before it had been sent the response. */
  boolean lost() {
    return lost && !told;
  }

  /**
   * Whether a handler threw because the client has left: it was reading or writing then, or the
   * transport interrupted it. What it threw for other reasons may look much the same further down,
   * as when a connection of its own broke.
   */
  boolean lost(Throwable thrown) {
    lost |=
        thrown instanceof CloseConnectionException
            || thrown instanceof InterruptedException
            || (thrown.getCause() instanceof InterruptedException
                && !(thrown instanceof ExecutionException));
    return lost;
  }

  /** Hears that something could not be written, and hands on why. */
  RuntimeException unwritten(RuntimeException failure) {
    lost |= broken(failure);
    return failure;
  }

  /** What the transport says of a connection or stream that is over; on HTTP/1.1, Helidon. */
  private static boolean broken(Throwable failure) {
    return switch (failure) {
      case CloseConnectionException _, SocketWriterException _ -> true;
      case UncheckedIOException io ->
          io.getCause() instanceof SocketException
              || io.getCause() instanceof SocketTimeoutException;
      default -> false;
    };
  }

  /** Fails once the lease has ended. */
  void check() {
    var reason = ended();
    if (reason.isPresent()) {
      throw new CloseConnectionException("the response was cut off: " + reason.get());
    }
  }

  /** The handler has returned; an interrupt must not reach what its thread does next. */
  @Override
  public void close() {
    synchronized (this) {
      over = true;
      if (ended != null) {
        var _ = Thread.interrupted();
      }
    }
  }

  private void hold() {
    if (!admission.stayOpen()) {
      refused = true;
      throw new HttpException("too many open streams", Status.create(Reason.LIMIT_EXCEEDED.http()));
    }
  }

  private void holdFiltered() {
    hold();
    response.streamFilter(this::leased);
  }

  /** Whatever way the handler chooses to stream. */
  private OutputStream leased(OutputStream out) {
    output = new LeasedOutput(out, this);
    return output;
  }

  private synchronized void end(Reason reason) {
    if (!over) {
      ended = reason;
      handler.interrupt();
    }
  }

  @Override
  public OutputStream outputStream() {
    if (body != null || response.isSent()) {
      throw new IllegalStateException("the response has a body already");
    }
    hold();
    body = new StreamedBody(this);
    return body;
  }

  /** The handler has succeeded: what it has streamed is all. */
  void finish() throws IOException {
    if (body != null) {
      finishing = true;
      body.finish();
    }
  }

  /** The length that the handler has announced; not one that is less than what there is. */
  OptionalLong announced(long least) {
    response.headers().remove(HeaderNames.TRANSFER_ENCODING);
    if (head) {
      return OptionalLong.empty();
    }
    var length = contentLength();
    if (length.isPresent() && length.getAsLong() < least) {
      response.headers().remove(HeaderNames.CONTENT_LENGTH);
      return OptionalLong.empty();
    }
    return length;
  }

  private OptionalLong contentLength() {
    try {
      return response.headers().contentLength();
    } catch (IllegalArgumentException | IllegalStateException e) {
      // The handler has set a length that is none.
      response.headers().remove(HeaderNames.CONTENT_LENGTH);
      return OptionalLong.empty();
    }
  }

  /** The transport's stream: the head is on its way with the first flush. */
  OutputStream begin() {
    return response.outputStream();
  }

  void sendWhole(byte[] bytes, int length) {
    correctLength(length);
    send(() -> response.send(bytes, 0, length));
    sent = length;
  }

  @Override
  public <T extends Sink<?>> T sink(GenericType<T> type) {
    holdFiltered();
    return response.sink(type);
  }

  /** Whether the status allows no content. */
  boolean hasNoContent() {
    return EMPTY.contains(response.status().code());
  }

  private void sendEmpty() {
    response.headers().remove(HeaderNames.CONTENT_LENGTH);
    response.headers().remove(HeaderNames.TRANSFER_ENCODING);
    response.send();
  }

  @Override
  public void send(Object entity) {
    switch (entity) {
      case byte[] bytes -> correctLength(bytes.length);
      case CharSequence text -> correctLength(text.length());
      default -> {
        if (!hasNoContent()) {
          holdFiltered();
        }
      }
    }
    send(() -> response.send(entity));
  }

  /**
   * An entity has its own length: another one that the handler has set would cut it off, or leave
   * the client waiting. Without an entity it is that of the response to GET (RFC 9110 section 8.6).
   */
  private void correctLength(int length) {
    if (response.isSent()) {
      return;
    }
    response.headers().remove(HeaderNames.TRANSFER_ENCODING);
    if (length > 0 || !head) {
      response.headers().remove(HeaderNames.CONTENT_LENGTH);
    }
  }

  private void send(Runnable sending) {
    if (body != null && !finishing) {
      throw new IllegalStateException("the response is being streamed");
    }
    try {
      if (hasNoContent()) {
        sendEmpty();
      } else {
        sending.run();
      }
      told = true;
    } catch (RuntimeException e) {
      throw unwritten(e);
    }
  }

  @Override
  public ServerResponse status(Status status) {
    if (!response.isSent() && (body == null || !body.hasBegun())) {
      response.status(status);
    }
    return this;
  }

  @Override
  public Status status() {
    return response.status();
  }

  @Override
  public ServerResponse header(Header header) {
    response.header(header);
    return this;
  }

  @Override
  public void send() {
    correctLength(0);
    send(response::send);
    sent = 0;
  }

  @Override
  public void send(byte[] bytes) {
    correctLength(bytes.length);
    send(() -> response.send(bytes));
    sent = bytes.length;
  }

  @Override
  public void send(byte[] bytes, int position, int length) {
    correctLength(length);
    send(() -> response.send(bytes, position, length));
    sent = length;
  }

  @Override
  public boolean isSent() {
    return response.isSent();
  }

  @Override
  public long bytesWritten() {
    return response.bytesWritten();
  }

  @Override
  public ServerResponse beforeSend(Runnable listener) {
    response.beforeSend(listener);
    return this;
  }

  @Override
  public ServerResponse whenSent(Runnable listener) {
    response.whenSent(listener);
    return this;
  }

  @Override
  public ServerResponse reroute(String path) {
    response.reroute(path);
    return this;
  }

  @Override
  public ServerResponse reroute(String path, UriQuery query) {
    response.reroute(path, query);
    return this;
  }

  @Override
  public ServerResponse next() {
    response.next();
    return this;
  }

  @Override
  public ServerResponseHeaders headers() {
    return response.headers();
  }

  @Override
  public ServerResponseTrailers trailers() {
    return response.trailers();
  }

  @Override
  public ServerResponse beforeTrailers(Consumer<ServerResponseTrailers> listener) {
    response.beforeTrailers(listener);
    return this;
  }

  @Override
  public void streamResult(String result) {
    response.streamResult(result);
  }

  @Override
  public void streamFilter(UnaryOperator<OutputStream> filter) {
    response.streamFilter(filter);
  }
}
