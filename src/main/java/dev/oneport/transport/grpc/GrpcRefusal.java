package dev.oneport.transport.grpc;

import dev.oneport.transport.calls.FailureStatus;
import dev.oneport.transport.calls.GrpcFailure;
import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.StreamHandler;
import io.grpc.Metadata;
import java.util.Objects;

/** Ends a call to an unknown method as soon as it has begun. */
final class GrpcRefusal implements StreamHandler {
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
    var told = failures.orPlain(failure);
    var trailers = Objects.requireNonNullElseGet(told.getTrailers(), Metadata::new);
    GrpcWire.refuse(stream, httpStatus, told.getStatus(), trailers);
    stream.done();
  }

  @Override
  public void arrived() {}

  @Override
  public void quiet() {}

  @Override
  public void writable() {}

  @Override
  public void ended() {
    stream.done();
  }
}
