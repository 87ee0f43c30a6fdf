package dev.oneport.transport.grpc;

import dev.oneport.transport.http2.Http2Stream;
import dev.oneport.transport.http2.StreamHandler;
import io.grpc.Metadata;
import io.grpc.StatusException;
import java.util.Objects;
import java.util.function.Supplier;

/** Ends a call to an unknown method as soon as it has begun. */
final class GrpcRefusal implements StreamHandler {
  private final Http2Stream stream;
  private final String httpStatus;
  private final Supplier<StatusException> status;

  GrpcRefusal(Http2Stream stream, String httpStatus, Supplier<StatusException> status) {
    this.stream = stream;
    this.httpStatus = httpStatus;
    this.status = status;
  }

  @Override
  public void begin() {
    var told = status.get();
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
