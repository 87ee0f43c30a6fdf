package dev.oneport.transport.http2.client;

import dev.oneport.transport.http2.RawClient;
import dev.oneport.transport.http2.flow.StreamPart;
import dev.oneport.transport.http2.hpack.HeaderField;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A gRPC request of raw bytes, and what comes back, on a stream of the client under test. */
final class Answer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Thread reader = Thread.currentThread();
  private final ClientStream stream;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  Answer(Http2Client client, String path) throws ConnectFailure {
    this(client, path, false);
  }

  Answer(Http2Client client, String path, boolean end) throws ConnectFailure {
    var head =
        new HeaderField[] {
          HeaderField.of(":method", "POST"),
          HeaderField.of(":scheme", "http"),
          HeaderField.of(":path", path),
          HeaderField.of(":authority", "localhost"),
          HeaderField.of("content-type", "application/grpc"),
          HeaderField.of("te", "trailers"),
        };
    stream =
        client.open(
            StreamPart.head(head, end), () -> LockSupport.unpark(reader), Duration.ofSeconds(10));
  }

  ClientStream stream() {
    return stream;
  }

  boolean send(byte[] message, boolean end) {
    var frame = RawClient.framed(0, message);
    return stream.send(frame, 0, frame.length, end);
  }

  /** Reads until the response has ended or failed. */
  Answer await() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isOver()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no end: " + body.size() + " bytes so far");
      }
      if (!read()) {
        LockSupport.parkNanos(PATIENCE.toNanos() / 100);
      }
    }
    return this;
  }

  /** Asks for the end first, because the last bytes arrive before it. */
  private boolean isOver() {
    return (stream.bodyEnded() || stream.failure().isPresent()) && stream.available() == 0;
  }

  /** Reads what is there; false if that is nothing. */
  boolean read() {
    var slice = stream.take(Integer.MAX_VALUE);
    body.write(slice.bytes(), slice.offset(), slice.length());
    return slice.length() > 0;
  }

  byte[] body() {
    return body.toByteArray();
  }

  int status() {
    return stream.head().orElseThrow().status();
  }

  String grpcStatus() {
    return stream
        .trailers()
        .or(stream::head)
        .flatMap(fields -> fields.first("grpc-status"))
        .orElse("none");
  }

  StreamFailure failure() {
    return stream.failure().orElseThrow(() -> new AssertionError("no failure"));
  }

  @Override
  public void close() {
    stream.close();
  }
}
