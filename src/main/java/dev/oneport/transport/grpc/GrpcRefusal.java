package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.StreamEnd;
import dev.oneport.transport.http2.StreamHandler;
import io.grpc.Metadata;
import java.lang.System.Logger.Level;

/** Ends a call that no method takes, as soon as it has begun. */
final class GrpcRefusal implements StreamHandler {
  private static final System.Logger LOGGER = System.getLogger(GrpcRefusal.class.getName());

  private final Http2Stream stream;
  private final String httpStatus;
  private final GrpcFailure failure;
  private final FailureStatus failures;

  GrpcRefusal(Http2Stream stream, String httpStatus, GrpcFailure failure, FailureStatus failures) {
    this.stream = stream;
    this.httpStatus = httpStatus;
    this.failure = failure;
    this.failures = failures;
  }

  @Override
  public void begin() {
    GrpcResponse.refuse(stream, httpStatus, failure.status(), trailers());
    stream.done();
  }

  private Metadata trailers() {
    try {
      return failures.trailers(failure);
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "no details for " + failure, e);
      return new Metadata();
    }
  }

  @Override
  public void arrived() {}

  @Override
  public void writable() {}

  @Override
  public void ended(StreamEnd end) {}
}
