package dev.oneport.gate;

import dev.oneport.api.Reason;
import dev.oneport.transport.ServedExchange;
import io.helidon.common.GenericType;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http.spi.Sink;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A response that opens a lease when its handler begins to stream. When the lease ends, the
 * response is cut off, so that the client does not take it for complete.
 */
final class LeasedResponse extends ForwardingResponse implements AutoCloseable {
  /** A write to the client. */
  @FunctionalInterface
  interface Writing {
    void run() throws IOException;
  }

  private final ServerResponse response;
  private final ResponseLease lease;
  private final ContentLength length;
  private final Recipient client = new Recipient();

  private @Nullable StreamedBody body;
  private @Nullable LeasedOutput output;
  private long sent = -1;
  private boolean finishing;

  /**
   * Wraps the response to an allowed call.
   *
   * @param head whether it answers a HEAD request
   */
  LeasedResponse(ServerResponse response, Admission admission, boolean head) {
    super(response);
    this.response = response;
    this.lease = new ResponseLease(admission);
    this.length = new ContentLength(response, head);
  }

  /** Why the response was cut off or could not begin; empty if neither happened. */
  Optional<Reason> reason() {
    return lease.reason();
  }

  /** The client that gets the response. */
  Recipient client() {
    return client;
  }

  /** The length of its content. */
  ContentLength length() {
    return length;
  }

  /** How many bytes of the body were sent, as far as known. */
  long sent() {
    if (!length.isSent()) {
      return 0;
    }
    if (body != null && body.hasBegun()) {
      return body.count();
    }
    if (response.isSent() && sent >= 0) {
      return sent;
    }
    if (output != null) {
      return output.count();
    }
    return response.isSent() ? length.announced().orElseGet(response::bytesWritten) : 0;
  }

  /** Whether part of the body was sent, so that no other response can be sent. */
  boolean hasBegun() {
    return body != null && body.hasBegun();
  }

  /** Throws if the lease has ended. */
  void check() {
    lease.check();
  }

  /** Runs a write; throws if the lease has ended. */
  void write(Writing writing) throws IOException {
    check();
    if (length.isSent()) {
      client.writing();
    }
    try {
      writing.run();
    } catch (RuntimeException e) {
      throw client.writeFailed(e);
    }
  }

  /** Completes the streamed body after the handler has succeeded. */
  void finish() throws IOException {
    if (body != null) {
      finishing = true;
      body.finish();
    }
  }

  @Override
  public void close() {
    lease.close();
  }

  @Override
  public OutputStream outputStream() {
    if (body != null || response.isSent()) {
      throw new IllegalStateException("the response has a body already");
    }
    lease.hold();
    body = new StreamedBody(this);
    return body;
  }

  /** The transport's stream, after the head was sent. */
  OutputStream beginWithHead() throws IOException {
    return ServedExchange.current().begin(response);
  }

  /** Opens the transport's stream, whose first flush sends the head. */
  OutputStream begin() {
    return response.outputStream();
  }

  @Override
  public <T extends Sink<?>> T sink(GenericType<T> type) {
    hold();
    return response.sink(type);
  }

  /** Wraps the stream, however the handler obtains it. */
  private void hold() {
    lease.hold();
    response.streamFilter(
        out -> {
          output = new LeasedOutput(out, this);
          return output;
        });
  }

  @Override
  public ServerResponse status(Status status) {
    if (!response.isSent() && (body == null || !body.hasBegun())) {
      length.status(status);
    }
    return this;
  }

  @Override
  public void send() {
    send(0, response::send);
  }

  @Override
  public void send(byte[] bytes) {
    send(bytes.length, () -> response.send(bytes));
  }

  @Override
  public void send(byte[] bytes, int position, int count) {
    send(count, () -> response.send(bytes, position, count));
  }

  @Override
  public void send(Object entity) {
    switch (entity) {
      case byte[] bytes -> length.correct(bytes.length);
      case CharSequence text -> length.correct(text.length());
      default -> {
        if (!length.isNone()) {
          hold();
        }
      }
    }
    send(() -> response.send(entity));
  }

  private void send(int count, Runnable sending) {
    length.correct(count);
    send(sending);
    sent = count;
  }

  private void send(Runnable sending) {
    if (body != null && !finishing) {
      throw new IllegalStateException("the response is being streamed");
    }
    client.writing();
    try {
      if (length.isNone()) {
        length.none();
        response.send();
      } else {
        sending.run();
      }
      client.answered();
    } catch (RuntimeException e) {
      throw client.writeFailed(e);
    }
  }
}
