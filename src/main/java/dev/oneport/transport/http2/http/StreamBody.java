package dev.oneport.transport.http2.http;

import dev.oneport.transport.OutOfRequestMemory;
import dev.oneport.transport.RequestSyntax;
import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.time.BodyPace;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import java.time.Duration;

/** Waits for a request's body; first sends a 100 Continue if the client expects one. */
public final class StreamBody {
  private static final int PIECE = 8 << 10;

  private final Http2Stream stream;
  private final boolean expectsContinue;
  private final BodyPace pace;
  private boolean continueSent;

  public StreamBody(Http2Stream stream) {
    this.stream = stream;
    this.pace = new BodyPace(stream.limits().timeouts().body(), stream.limits().minBodyRate());
    this.expectsContinue =
        stream.request().first("expect").filter(RequestSyntax::expectsContinue).isPresent();
  }

  public boolean continueSent() {
    return continueSent;
  }

  /** The next piece; {@code BufferData.empty()} at the end. */
  public BufferData next() {
    if (expectsContinue && !continueSent && stream.available() == 0 && !stream.bodyEnded()) {
      continueSent = true;
      stream.sendInterim(ResponseHead.goOn());
    }
    await();
    var slice = stream.take(PIECE);
    if (slice.length() > 0) {
      pace.received(slice.length());
      return BufferData.create(slice.bytes(), slice.offset(), slice.length());
    }
    if (stream.isOutOfMemory()) {
      throw new OutOfRequestMemory();
    }
    if (!stream.bodyEnded()) {
      throw new CloseConnectionException("The client has reset the request");
    }
    return BufferData.empty();
  }

  private void await() {
    long began = System.nanoTime();
    try {
      if (!stream.awaitBody(Duration.ofNanos(pace.patience()))) {
        throw RequestException.builder()
            .type(EventType.BAD_REQUEST)
            .status(Status.REQUEST_TIMEOUT_408)
            .setKeepAlive(false)
            .message("The body did not come in time")
            .build();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloseConnectionException("Interrupted while waiting for a request's body", e);
    }
    pace.waited(System.nanoTime() - began);
  }
}
